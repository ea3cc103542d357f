import type { RecordId } from "../../../job.ts";
import {
	afterAnnounced,
	afterAttempt,
	afterResolved,
	isOpen,
} from "../../job-state/expected.ts";
import type { ExpectedState, JobState } from "../../job-state/state.ts";
import {
	EXPECTED_MS,
	type ExpectedWebhooks,
	type OperationFigures,
} from "../../ledger/expected.ts";
import { idOf } from "../../run-key.ts";
import type { Redis } from "../client.ts";
import { below } from "../places.ts";
import {
	type Changed,
	EXPECTED,
	FACTS,
	OVERDUE,
	type RedisJobs,
	runIn,
} from "./jobs.ts";

/** Changes the jobs of many items, some at a time. */
type EachOf = <T>(
	items: readonly T[],
	jobIdOf: (item: T) => RecordId,
	change: (job: JobState, item: T) => Changed,
) => Promise<void>;

/** The fact of how many webhooks came late, ever. */
export const LATE = "late_webhooks";
/** So many of an operation's latest jobs tell how long one takes. */
const SAMPLE = 1000;
const TURN = 200;

/** The webhooks that are to come, and how they came. */
export function createRedisExpected(
	redis: Redis,
	jobs: RedisJobs,
	eachOf: EachOf,
): ExpectedWebhooks & { prune(before: number): Promise<void> } {
	const itself = (id: RecordId) => id;

	/** The expected webhooks of a sorted set, the latest first, some at a time. */
	async function* latest(
		key: string,
		least: number | string,
		most: number | string,
	): AsyncGenerator<{ jobId: RecordId; one: ExpectedState }[]> {
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
			return [...(job?.expected ?? [])]
				.map(([name, { workSeconds: _, resolvedAt: __, ...one }]) => ({
					jobId,
					ncaJobId: idOf(name),
					...one,
				}))
				.toSorted((a, b) => a.at - b.at);
		},
		async overdue(since, before, limit) {
			const found: { jobId: RecordId; one: ExpectedState }[] = [];
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
		async prune(before) {
			for await (const members of below(redis, EXPECTED, before))
				await eachOf(
					members.map(runIn),
					({ jobId }) => jobId,
					(job, { name }) => {
						const expected = new Map(job.expected);
						expected.delete(name);
						return { job: { ...job, expected } };
					},
				);
		},
		async operationFigures(since, now, patienceMs) {
			const tallies = new Map<string, Tally>();
			for await (const some of latest(EXPECTED, "-inf", "+inf")) {
				for (const { one } of some) {
					const tally = tallies.get(one.operation) ?? newTally();
					tallies.set(one.operation, tally);
					count(tally, one, { since, now, patienceMs });
				}
			}
			return [...tallies]
				.filter(([, { expected }]) => expected > 0)
				.toSorted(([a], [b]) => (a < b ? -1 : 1))
				.map(([operation, tally]) => asFigures(operation, tally));
		},
		async lateWebhooks() {
			const count = await redis.call<string | null>("ZSCORE", FACTS, LATE);
			return Number(count ?? 0);
		},
	};
}

type Tally = {
	expected: number;
	arrived: number;
	/** How late each was, ms. */
	late: number;
	lateMs: number;
	never: number;
	/** Of the latest jobs, the latest first. */
	workSeconds: number[];
};

const newTally = (): Tally => ({
	expected: 0,
	arrived: 0,
	late: 0,
	lateMs: 0,
	never: 0,
	workSeconds: [],
});

function count(
	tally: Tally,
	{ at, arrivedAt, workSeconds }: ExpectedState,
	span: { since: number; now: number; patienceMs: number },
): void {
	if (workSeconds !== null && tally.workSeconds.length < SAMPLE)
		tally.workSeconds.push(workSeconds);
	if (at < span.since) return;
	tally.expected += 1;
	if (arrivedAt !== null) tally.arrived += 1;
	else if (at < span.now - EXPECTED_MS) tally.never += 1;
	const lateMs = (arrivedAt ?? 0) - at - span.patienceMs;
	if (lateMs > 0) {
		tally.late += 1;
		tally.lateMs += lateMs;
	}
}

function asFigures(operation: string, tally: Tally): OperationFigures {
	const { expected, arrived, late, lateMs, never } = tally;
	const seconds = tally.workSeconds.toSorted((a, b) => a - b);
	const rank = (part: number) =>
		seconds[Math.ceil(seconds.length * part) - 1] ?? null;
	return {
		operation,
		expected,
		arrived,
		late,
		averageLateSeconds: late === 0 ? null : lateMs / late / 1000,
		neverArrived: never,
		p50Seconds: rank(0.5),
		p99Seconds: rank(0.99),
	};
}
