import type { RecordId } from "../../../job.ts";
import { asExpectations } from "../../job-state/expectations.ts";
import {
	afterAnnounced,
	afterAttempt,
	afterResolved,
	isOpen,
} from "../../job-state/expected.ts";
import type { ExpectedState, JobState } from "../../job-state/state.ts";
import type { ExpectedWebhooks } from "../../ledger/expected.ts";
import { type Facts, LATE_WEBHOOKS } from "../../ledger/facts.ts";
import type { Redis } from "../client.ts";
import { below } from "../places.ts";
import type { RedisJobs } from "./jobs.ts";
import { EXPECTED, OVERDUE, runIn } from "./keys.ts";
import { figuresOf } from "./operation-figures.ts";
import type { EachOf } from "./turns.ts";

type Needs = {
	redis: Redis;
	jobs: RedisJobs;
	eachOf: EachOf;
	facts: Pick<Facts, "fact">;
};

type Found = { jobId: RecordId; one: ExpectedState };

/** So many are read at once. */
const TURN = 200;

/** The webhooks that are to come, and how they came. */
export function createRedisExpected({
	redis,
	jobs,
	eachOf,
	facts,
}: Needs): ExpectedWebhooks & { prune(before: number): Promise<void> } {
	const itself = (id: RecordId) => id;

	/** The expected webhooks of a sorted set, the latest first, some at a time. */
	async function* latest(
		key: string,
		least: number | string,
		most: number | string,
	): AsyncGenerator<Found[]> {
		for (let at = 0; ; at += TURN) {
			const members = await redis.call<string[]>(
				...(["ZRANGE", key, most, least, "BYSCORE", "REV"] as const),
				...["LIMIT", at, TURN],
			);
			const found = members.map(runIn);
			const held = await jobs.load(found.map(({ jobId }) => jobId));
			yield found.flatMap(({ jobId, name }) => {
				const one = held.get(jobId)?.expected.get(name);
				return one ? [{ jobId, one }] : [];
			});
			if (members.length < TURN) return;
		}
	}

	return {
		async expect(expected) {
			await jobs.change([expected.jobId], (job) => ({
				job: afterAnnounced(job, expected),
			}));
		},
		async expectations(jobId) {
			const job = (await jobs.load([jobId])).get(jobId);
			return job ? asExpectations(jobId, job.expected) : [];
		},
		async overdue(since, before, limit) {
			const found: Found[] = [];
			for await (const some of latest(OVERDUE, since, `(${before}`)) {
				found.push(...some);
				found.sort(
					(a, b) => a.one.attempts - b.one.attempts || b.one.at - a.one.at,
				);
				found.splice(limit);
			}
			return found.map(({ jobId }) => jobId);
		},
		async missedBetween(since, before) {
			for await (const some of latest(EXPECTED, since, `(${before}`))
				if (some.some(({ one }) => isOpen(one))) return true;
			return false;
		},
		async attempted(ids) {
			await eachOf(ids, itself, (job) => ({ job: afterAttempt(job) }));
		},
		async resolved(ids, now) {
			await eachOf(ids, itself, (job) => ({ job: afterResolved(job, now) }));
		},
		operationFigures: (since, now, patienceMs) =>
			figuresOf(latest(EXPECTED, "-inf", "+inf"), { since, now, patienceMs }),
		async lateWebhooks() {
			return (await facts.fact(LATE_WEBHOOKS)) ?? 0;
		},
		async prune(before) {
			for await (const members of below(redis, EXPECTED, before))
				await eachOf(
					members.map(runIn),
					({ jobId }) => jobId,
					(job, { name }) => ({ job: without(job, name) }),
				);
		},
	};
}

function without(job: JobState, name: string): JobState {
	const expected = new Map(job.expected);
	expected.delete(name);
	return { ...job, expected };
}
