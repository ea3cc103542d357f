import type { RecordId } from "../../../job.ts";
import type { JobEvent } from "../../../settle/memory.ts";
import {
	type ExpectedState,
	type JobState,
	NOTHING,
	type RunState,
} from "../../job-state/state.ts";
import type { Command, Redis } from "../client.ts";
import { moves } from "../places.ts";
import { eventCommands } from "./events.ts";
import { placesOf } from "./job-places.ts";
import { jobKey } from "./keys.ts";
import { expectedCommands } from "./plan-key.ts";

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

/** A job as it is to be; what happened, and what else is to be done with it. */
export type Changed = {
	job: JobState;
	events?: readonly JobEvent[];
	also?: readonly Command[];
};

/** The jobs that are remembered, each as one value. */
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
