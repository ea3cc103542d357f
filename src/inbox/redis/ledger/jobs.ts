import type { RecordId } from "../../../job.ts";
import type { JobEvent } from "../../../settle/memory.ts";
import { isOpen } from "../../job-state/expected.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import {
	type ExpectedState,
	type JobState,
	lastHeard,
	NOTHING,
	type RunState,
} from "../../job-state/state.ts";
import type { KnownJob } from "../../ledger/known-jobs.ts";
import type { Command, Redis } from "../client.ts";
import { moves, type Place } from "../places.ts";

/** Jobs in Redis: each one value, and where it is found by. */
export type RedisJobs = {
	load(ids: readonly RecordId[]): Promise<Map<RecordId, JobState>>;
	/**
	 * Changes jobs, all or none, as long as nobody else has changed them meanwhile: then again, from what they are now.
	 * @param change pure; beside the job, what happened, and what else is to be done with it
	 */
	change(
		ids: readonly RecordId[],
		change: (job: JobState, id: RecordId) => Changed,
	): Promise<void>;
};

export type Changed = {
	job: JobState;
	events?: readonly JobEvent[];
	also?: readonly Command[];
};

const PREFIX = "nca:";
export const EVENTS = `${PREFIX}events`;
export const CLOSES = `${PREFIX}closes`;
export const JOBS = `${PREFIX}jobs`;
/** Those whose record was seen, by when they were made. */
export const MADE = `${PREFIX}jobs:made`;
export const jobsInKey = (state: KnownJob["state"]) =>
	`${PREFIX}jobs:in:${state}`;
export const LISTED = `${PREFIX}listed`;
export const STUCK = `${PREFIX}stuck`;
export const BUSY = `${PREFIX}busy`;
export const EXPECTED = `${PREFIX}expected`;
export const OVERDUE = `${PREFIX}overdue`;
export const FACTS = `${PREFIX}facts`;

export const targetKey = (targetId: string, operation: string) =>
	`${PREFIX}target:${operation}:${targetId}`;
export const runsKey = (ncaJobId: string) => `${PREFIX}run:${ncaJobId}`;
export const eventsKey = (jobId: string) => `${PREFIX}events:${jobId}`;
const jobKey = (jobId: string) => `${PREFIX}job:${jobId}`;
/** The plan's own key, for whoever looks for it there. */
const expectedKey = (jobId: string) => `webhook:expected:${jobId}`;
const DAY_SECONDS = 86_400;

/** A run in a sorted set, and back. A record's id holds no `:`. */
const memberOf = (jobId: string, name: string) => `${jobId}:${name}`;
export function runIn(member: string): { jobId: RecordId; name: string } {
	const at = member.indexOf(":");
	return {
		jobId: member.slice(0, at) as RecordId,
		name: member.slice(at + 1),
	};
}

export function createRedisJobs(redis: Redis): RedisJobs {
	async function read(ids: readonly RecordId[]) {
		const texts = await redis.bytes(ids.map(jobKey));
		return ids.map((id, nth) => {
			const text = texts[nth]?.toString() ?? null;
			return { id, text, job: text === null ? NOTHING : parse(text) };
		});
	}

	async function attempt(
		ids: readonly RecordId[],
		change: (job: JobState, id: RecordId) => Changed,
	): Promise<boolean> {
		const held = await read(ids);
		const commands: Command[] = [];
		for (const { id, text, job } of held) {
			const changed = change(job, id);
			const next = stringify(changed.job);
			const { events = [], also = [] } = changed;
			if (next !== text && changed.job !== job)
				commands.push(...commandsFor(id, job, changed.job, next));
			commands.push(...events.flatMap(eventCommands), ...also);
		}
		if (commands.length === 0) return true;
		const checks = held.map(({ id, text }) => ({
			key: jobKey(id),
			value: text,
		}));
		return (await redis.commit(checks, commands)) === null;
	}

	return {
		async load(ids) {
			const held = await read(ids);
			return new Map(
				held.flatMap(({ id, text, job }) =>
					text === null ? [] : [[id, job] as const],
				),
			);
		},
		async change(ids, change) {
			const distinct = [...new Set(ids)];
			while (!(await attempt(distinct, change)));
		},
	};
}

/** Notes what happened at the end of its job's list. */
export function eventCommands(event: JobEvent): [Command, Command] {
	const { jobId, ...rest } = event;
	return [
		["RPUSH", eventsKey(jobId), JSON.stringify(rest)],
		["ZADD", setOf(event), "LT", event.at, jobId],
	];
}

/** What is wanted to undo a close is kept longer. */
export function setOf({ what }: JobEvent): string {
	return ["settled", "set back", "reopened"].includes(what) ? CLOSES : EVENTS;
}

function commandsFor(
	id: RecordId,
	before: JobState,
	after: JobState,
	text: string,
): Command[] {
	return [
		after === NOTHING ? ["DEL", jobKey(id)] : ["SET", jobKey(id), text],
		...moves(placesOf(id, before), placesOf(id, after)),
		...expectedCommands(id, before, after),
	];
}

function placesOf(id: RecordId, job: JobState): Place[] {
	if (job === NOTHING) return [];
	const { seen, runs, expected } = job;
	const places: Place[] = [{ key: JOBS, member: id, score: lastHeard(job) }];
	const add = (key: string, member: string, score: number | null) => {
		if (score !== null) places.push({ key, member, score });
	};
	places.push(...knownPlaces(id, job));
	if (seen?.operation && seen.targetId)
		add(targetKey(seen.targetId, seen.operation), id, seen.createdAt);
	for (const [name, run] of runs) {
		const member = memberOf(id, name);
		add(runsKey(name), id, run.seenAt ?? 0);
		add(LISTED, member, run.stuckSince === null ? null : run.listedAt);
		add(STUCK, member, run.ncaSaid === "completed" ? null : run.stuckSince);
		add(BUSY, member, run.stuckSince === null ? null : run.busySince);
	}
	for (const [name, one] of expected) {
		const member = memberOf(id, name);
		add(EXPECTED, member, one.at);
		add(OVERDUE, member, one.announced && isOpen(one) ? one.at : null);
	}
	return places;
}

function knownPlaces(id: RecordId, job: JobState): Place[] {
	const { seen } = job;
	const known = asKnownJob(id, job);
	return [
		...(seen ? [{ key: MADE, member: id, score: seen.createdAt }] : []),
		...(known
			? [{ key: jobsInKey(known.state), member: id, score: known.createdAt }]
			: []),
	];
}

/** Places a job by its state that was changed last before there were such places. */
export function placingKnown(id: RecordId, job: JobState): Command[] {
	return moves([], knownPlaces(id, job));
}

/** What is still to come stands under the plan's key for a day. */
function expectedCommands(
	id: RecordId,
	before: JobState,
	after: JobState,
): Command[] {
	const [was, is] = [openOf(before), openOf(after)];
	if (was === is) return [];
	const key = expectedKey(id);
	if (is === null) return [["DEL", key]];
	return was === null
		? [["SET", key, is, "EX", DAY_SECONDS]]
		: [["SET", key, is, "XX", "KEEPTTL"]];
}

/** The latest that is waited for, in the plan's words. */
function openOf({ expected }: JobState): string | null {
	const [latest] = [...expected.values()]
		.filter(isOpen)
		.toSorted((a, b) => b.at - a.at);
	return latest?.at === undefined
		? null
		: JSON.stringify({
				operation: latest.operation,
				created_at: new Date(latest.at).toISOString(),
				attempts: latest.attempts,
			});
}

function stringify({ seen, runs, expected }: JobState): string {
	return JSON.stringify({ seen, runs: [...runs], expected: [...expected] });
}

// What we wrote ourselves needs no second check.
function parse(text: string): JobState {
	const { seen, runs, expected } = JSON.parse(text) as {
		seen: JobState["seen"];
		runs: [string, RunState][];
		expected: [string, ExpectedState][];
	};
	return { seen, runs: new Map(runs), expected: new Map(expected) };
}
