import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.ts";
import type { Delivery, DeliveryId, Reading } from "../job.ts";
import type { Log } from "../log.ts";
import { parseObject, readWebhook } from "../receive/read.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const HEADS_AT_ONCE = 16;

/** How long one question may take, ms. */
export const DEADLINES = { airtableMs: 30_000, headMs: 5_000, ncaMs: 5_000 };

/** Time and chance, so that tests can turn them. */
export type World = {
	/** ms since the epoch */
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
	random: () => number;
	sleep: (ms: number) => Promise<unknown>;
	/** Does the work every so many ms, until what it returns is called. */
	every: (ms: number, work: () => void) => () => void;
	/** The sockets of others keep the real time: a test that waits for them waits as long as this. */
	deadlines?: typeof DEADLINES;
};

export const realWorld: World = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	random: Math.random,
	sleep: (ms) => sleep(ms),
	every(ms, work) {
		const timer = setInterval(work, ms);
		return () => clearInterval(timer);
	},
};

/** What every part of the wiring may need. */
export type Common = {
	config: Config;
	log: Log;
	world: World;
	newId: () => DeliveryId;
};

/** How long after a close the engine may set a job back; a round must have come to see it. ms */
export function setBackMs(config: Config): number {
	const { WEBHOOK_TIMEOUT_MINUTES: timeout } = config;
	const seen = timeout + 2 * config.POLLING_INTERVAL_MINUTES;
	return Math.max(15, seen) * MINUTE;
}

/** A webhook's body, and its query, in our words. */
export function read({
	query,
	body,
}: Pick<Delivery, "query" | "body">): Reading {
	const parsed = parseObject(body);
	return readWebhook(query, parsed.kind === "object" ? parsed.fields : {});
}
