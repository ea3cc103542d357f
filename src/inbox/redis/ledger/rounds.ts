import type { SeenJob } from "../../../airtable/job-record.ts";
import type { RecordId } from "../../../job.ts";
import { afterFound, afterLook } from "../../job-state/expected.ts";
import { afterListed } from "../../job-state/run.ts";
import { afterSeen } from "../../job-state/seen.ts";
import { type JobState, withRun } from "../../job-state/state.ts";
import { asStuckRun } from "../../job-state/stuck-run.ts";
import type { Look, Rounds, StuckRun } from "../../ledger/rounds.ts";
import { idOf, nameOf } from "../../run-key.ts";
import type { Redis } from "../client.ts";
import { below } from "../places.ts";
import { createDueNow } from "./due-now.ts";
import type { Changed, RedisJobs } from "./jobs.ts";
import { LISTED, runIn, STUCK } from "./keys.ts";
import { type EachOf, TURN } from "./turns.ts";

/** What rounds find, and are to know. */
export function createRedisRounds(
	redis: Redis,
	jobs: RedisJobs,
	eachOf: EachOf,
): Rounds {
	/** Not found in processing any more: if it comes back, its time begins anew. */
	async function unlist(now: number): Promise<void> {
		const over = { stuckSince: null, busySince: null };
		for await (const members of below(redis, LISTED, now))
			await eachOf(
				members.map(runIn),
				({ jobId }) => jobId,
				(job, { name }) => ({ job: withRun(job, idOf(name), () => over) }),
			);
	}

	return {
		async listed(seen, now, whole) {
			await eachOf(
				seen,
				({ id }) => id,
				(job, one) => withListed(job, one, now),
			);
			if (whole) await unlist(now);
		},
		async stuckRuns(seen) {
			const known = new Map<RecordId, StuckRun>();
			for (let at = 0; at < seen.length; at += TURN) {
				const some = seen.slice(at, at + TURN);
				const held = await jobs.load(some.map(({ id }) => id));
				for (const { id, ncaJobId } of some) {
					const job = held.get(id);
					const run = job && asStuckRun(job, ncaJobId);
					if (run) known.set(id, run);
				}
			}
			return known;
		},
		stuckCount: (since) => redis.call<number>("ZCOUNT", STUCK, "-inf", since),
		async looked(looks, now) {
			await eachOf(
				looks,
				({ jobId }) => jobId,
				(job, look) => withLook(job, look, now),
			);
		},
		dueNow: createDueNow(redis, jobs),
	};
}

function withListed(before: JobState, seen: SeenJob, now: number): Changed {
	const { job, events } = afterSeen(before, seen, now);
	return { job: afterFound(afterListed(job, seen, now), seen, now), events };
}

/** It is told only where it differs from the one before. */
function withLook(
	before: JobState,
	{ jobId, ncaJobId, verdict, why }: Look,
	now: number,
): Changed {
	const facts = { verdict, why };
	const looked = JSON.stringify(facts);
	const known = before.runs.get(nameOf(ncaJobId));
	const job = withRun(before, ncaJobId, () => ({ looked, checkedAt: now }));
	const event = { jobId, ncaJobId, at: now, what: "looked", facts };
	return {
		job: afterLook(job, ncaJobId),
		events: known?.looked === looked ? [] : [event],
	};
}
