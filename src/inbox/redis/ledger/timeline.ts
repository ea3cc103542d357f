import type { RecordId } from "../../../job.ts";
import type { JobEvent } from "../../../settle/memory.ts";
import type { Timeline } from "../../ledger/timeline.ts";
import type { Command, Redis } from "../client.ts";
import { below } from "../places.ts";
import { CLOSES, EVENTS, eventCommands, eventsKey, setOf } from "./events.ts";

/** What happened to each job: a list of each; the jobs stand by their oldest event in a set of each kind. */
export function createRedisTimeline(
	redis: Redis,
): Timeline & { prune(before: number, closesBefore: number): Promise<void> } {
	async function eventsOf(jobId: RecordId): Promise<JobEvent[]> {
		const key = eventsKey(jobId);
		const texts = await redis.call<string[]>("LRANGE", key, 0, -1);
		// What we wrote ourselves needs no second check.
		return texts.map((text) => ({ jobId, ...JSON.parse(text) }) as JobEvent);
	}

	/** Events are only ever added at the end, so what was read is still the beginning. */
	async function forget(
		jobId: RecordId,
		isLeft: (event: JobEvent) => boolean,
	): Promise<void> {
		const events = await eventsOf(jobId);
		const left = events.filter(isLeft).map(eventCommands);
		const commands: Command[] = [
			["LTRIM", eventsKey(jobId), events.length, -1],
			["ZREM", EVENTS, jobId],
			["ZREM", CLOSES, jobId],
			// The last first, each before what stands there.
			...left.toReversed().map(([[, ...push]]) => ["LPUSH", ...push] as const),
			...left.map(([, place]) => place),
		];
		await redis.commit([], commands);
	}

	return {
		timeline: eventsOf,
		async happened(event) {
			await redis.commit([], eventCommands(event));
		},
		async prune(before, closesBefore) {
			const isLeft = (event: JobEvent) =>
				event.at >= (setOf(event) === CLOSES ? closesBefore : before);
			for (const [set, time] of [
				[EVENTS, before],
				[CLOSES, closesBefore],
			] as const) {
				for await (const old of below(redis, set, time))
					for (const jobId of old) await forget(jobId as RecordId, isLeft);
			}
		},
	};
}
