import type { SeenJob } from "../../airtable/job-record.ts";
import type { RecordId, RunKey } from "../../job.ts";
import type { Arrival } from "../../settle/memory.ts";
import { afterArrival, afterFound, afterLook } from "../job-state/expected.ts";
import { asHistory } from "../job-state/history.ts";
import {
	afterListed,
	afterNcaSaid,
	afterReopened,
	afterSettled,
} from "../job-state/run.ts";
import { afterSeen } from "../job-state/seen.ts";
import {
	type JobState,
	lastHeard,
	NOTHING,
	withRun,
} from "../job-state/state.ts";
import { asStuckRun } from "../job-state/stuck-run.ts";
import { NCA_FINISHED } from "../ledger/facts.ts";
import type { StuckRun } from "../ledger/rounds.ts";
import type { Ledger } from "../ledger.ts";
import { idOf, nameOf } from "../run-key.ts";
import { countsOfDelay, countsOfSettled, lasted } from "../tally.ts";
import type { Command, Redis } from "./client.ts";
import { createRedisAckTimes } from "./ledger/ack-times.ts";
import { createRedisExpected, LATE } from "./ledger/expected.ts";
import { createRedisFiles } from "./ledger/files.ts";
import {
	BUSY,
	type Changed,
	createRedisJobs,
	FACTS,
	JOBS,
	LISTED,
	runIn,
	runsKey,
	STUCK,
	targetKey,
} from "./ledger/jobs.ts";
import { createRedisKnownJobs } from "./ledger/known-jobs.ts";
import { createRedisTallies, tallyCommands } from "./ledger/tallies.ts";
import { createRedisTimeline } from "./ledger/timeline.ts";
import { below } from "./places.ts";

/** So many jobs are changed at once: others have their turn, here and in Redis. */
const TURN = 200;

/** The ledger in Redis, the same to every machine. */
export function createRedisLedger(redis: Redis): Ledger {
	const jobs = createRedisJobs(redis);
	const timeline = createRedisTimeline(redis);
	const files = createRedisFiles(redis);
	const ackTimes = createRedisAckTimes(redis);

	/** Changes the jobs of many items, each item in its turn. */
	async function eachOf<T>(
		items: readonly T[],
		jobIdOf: (item: T) => RecordId,
		change: (job: JobState, item: T) => Changed,
	): Promise<void> {
		for (let at = 0; at < items.length; at += TURN) {
			const ofJob = Map.groupBy(items.slice(at, at + TURN), jobIdOf);
			await jobs.change([...ofJob.keys()], (job, id) =>
				inTurn(job, ofJob.get(id) ?? [], change),
			);
		}
	}

	/** Only what is known of it is changed. */
	const changeRun = (
		run: RunKey,
		change: Parameters<typeof withRun>[2],
		more: Omit<Changed, "job">,
	) =>
		jobs.change([run.jobId], (job) => ({
			...more,
			job: withRun(job, run.ncaJobId, change),
		}));

	const expected = createRedisExpected(redis, jobs, eachOf);

	const seenAt = (now: number) => (job: JobState, seen: SeenJob) =>
		afterSeen(job, seen, now);

	const listedAt =
		(now: number) =>
		(before: JobState, seen: SeenJob): Changed => {
			const { job, events } = afterSeen(before, seen, now);
			return {
				job: afterFound(afterListed(job, seen, now), seen, now),
				events,
			};
		};

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

	/** Of which nothing is heard any more. */
	async function pruneJobs(before: number): Promise<void> {
		for await (const ids of below(redis, JOBS, before))
			await jobs.change(ids as RecordId[], (job) => ({
				job: lastHeard(job) < before ? NOTHING : job,
			}));
	}

	async function score(key: string, member: string): Promise<number | null> {
		const value = await redis.call<string | null>("ZSCORE", key, member);
		return value === null ? null : Number(value);
	}

	return {
		...expected,
		...timeline,
		...files,
		...ackTimes,
		...createRedisTallies(redis),
		...createRedisKnownJobs(redis, jobs),
		async prune(before, closesBefore) {
			await timeline.prune(before, closesBefore);
			await expected.prune(before);
			await files.prune(before);
			await ackTimes.prune(before);
			await pruneJobs(closesBefore);
		},
		async saw(seen, now) {
			await eachOf(seen, ({ id }) => id, seenAt(now));
		},
		async recall(ids) {
			const known: Awaited<ReturnType<Ledger["recall"]>> = new Map();
			for (const [id, job] of await jobs.load(ids)) {
				const history = asHistory(job);
				if (history) known.set(id, history);
			}
			return known;
		},
		async newestFor(targetId, operation) {
			const key = targetKey(targetId, operation);
			const [id] = await redis.call<RecordId[]>("ZRANGE", key, 0, 0, "REV");
			return id ?? null;
		},
		async arrived(arrivals) {
			if (arrivals.length === 0) return [];
			const delays = new Map<Arrival, number>();
			await eachOf(
				arrivals,
				({ jobId }) => jobId,
				(before, arrival) => {
					const { endpoint, ncaJobId } = arrival;
					const named = withRun(before, ncaJobId, (run) => ({
						endpoint: endpoint ?? run.endpoint,
					}));
					const { job, first, late } = afterArrival(named, arrival);
					const also: Command[] = late ? [["ZINCRBY", FACTS, 1, LATE]] : [];
					// It may be the first no more when it is changed anew.
					delays.delete(arrival);
					if (!first || !job.seen) return { job, also };
					const delay = lasted(job.seen.createdAt, arrival.at);
					delays.set(arrival, delay);
					const counts = tallyCommands(countsOfDelay(delay), arrival.at);
					return { job, also: [...also, ...counts] };
				},
			);
			const last = Math.max(...arrivals.map(({ at }) => at));
			await redis.call("ZADD", FACTS, "GT", last, NCA_FINISHED);
			return [...delays.values()];
		},
		async settled(outcomes, events) {
			const parts = [
				...outcomes.map((outcome) => ({ jobId: outcome.jobId, outcome })),
				...events.map((event) => ({ jobId: event.jobId, event })),
			];
			await eachOf(
				parts,
				({ jobId }) => jobId,
				(job, part) => {
					if ("event" in part) return { job, events: [part.event] };
					const { outcome } = part;
					const counts = countsOfSettled(outcome, job.seen?.createdAt ?? null);
					return {
						job: afterSettled(job, outcome),
						also: tallyCommands(counts, outcome.at),
					};
				},
			);
		},
		async attachment(of, attachment, event) {
			await changeRun(
				of,
				({ settled }) => ({
					settled: settled && { ...settled, attachment, attachedAgain: 0 },
				}),
				{ events: [event] },
			);
		},
		async attachedAgain(of, event) {
			await changeRun(
				of,
				({ settled }) => ({
					settled: settled && {
						...settled,
						attachedAgain: settled.attachedAgain + 1,
					},
				}),
				{ events: [event] },
			);
		},
		async reopened(of, event) {
			await jobs.change([of.jobId], (job) => ({
				job: afterReopened(job, of, event.at),
				events: [event],
			}));
		},
		async listed(seen, now, whole) {
			await eachOf(seen, ({ id }) => id, listedAt(now));
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
		async looked(looks, now) {
			await eachOf(
				looks,
				({ jobId }) => jobId,
				(before, { jobId, ncaJobId, verdict, why }) => {
					const facts = { verdict, why };
					const looked = JSON.stringify(facts);
					const known = before.runs.get(nameOf(ncaJobId));
					const job = withRun(before, ncaJobId, () => ({
						looked,
						checkedAt: now,
					}));
					const event = { jobId, ncaJobId, at: now, what: "looked", facts };
					return {
						job: afterLook(job, ncaJobId),
						events: known?.looked === looked ? [] : [event],
					};
				},
			);
		},
		async ncaSaid(of, said, event) {
			await jobs.change([of.jobId], (job) => ({
				job: afterNcaSaid(job, of, said, event.at),
				events: [event],
			}));
		},
		async dueNow({ jobId, ncaJobId }) {
			const bearers = ncaJobId
				? await redis.call<RecordId[]>("ZRANGE", runsKey(ncaJobId), 0, -1)
				: [];
			const isOf = (id: RecordId, name: string) =>
				id === jobId || name === ncaJobId;
			const ids = jobId ? [jobId, ...bearers] : bearers;
			// By job: it may be changed anew.
			const changed = new Map<RecordId, number>();
			await jobs.change(ids, (before, id) => {
				const due = [...before.runs].filter(
					([name, { settled, checkedAt }]) =>
						settled === null && checkedAt !== null && isOf(id, name),
				);
				changed.set(id, due.length);
				const job = due.reduce(
					(so, [name]) => withRun(so, idOf(name), () => ({ checkedAt: null })),
					before,
				);
				return { job };
			});
			return [...changed.values()].reduce((sum, one) => sum + one, 0);
		},
		stuckCount: (since) => redis.call<number>("ZCOUNT", STUCK, "-inf", since),
		async busySince() {
			const [, since] = await redis.call<string[]>(
				...["ZRANGE", BUSY, 0, 0, "WITHSCORES"],
			);
			return since === undefined ? null : Number(since);
		},
		async jobOf(ncaJobId) {
			const key = runsKey(ncaJobId);
			const [id] = await redis.call<RecordId[]>("ZRANGE", key, 0, 0, "REV");
			return id ?? null;
		},
		fact: (name) => score(FACTS, name),
		async note(name, value) {
			await redis.call("ZADD", FACTS, value, name);
		},
	};
}

/** One change after the other, as one. */
function inTurn<T>(
	job: JobState,
	items: readonly T[],
	change: (job: JobState, item: T) => Changed,
): Required<Changed> {
	const whole: Required<Changed> = { job, events: [], also: [] };
	return items.reduce((so, item) => {
		const { job, events = [], also = [] } = change(so.job, item);
		return {
			job,
			events: [...so.events, ...events],
			also: [...so.also, ...also],
		};
	}, whole);
}
