import { faultFields } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Redis } from "./client.ts";

export const LOSE_NOTHING =
	"set `appendonly yes`, `appendfsync always`, `no-appendfsync-on-rewrite no` and `maxmemory-policy noeviction`";

export const SILENT =
	"redis does not say how it keeps what it is given: make sure that it loses nothing";

const SETTINGS = [
	"appendonly",
	"appendfsync",
	"no-appendfsync-on-rewrite",
	"maxmemory",
	"maxmemory-policy",
];

/** Warns of a Redis that can lose what was acknowledged. */
export async function warnOfLosses(redis: Redis, log: Log): Promise<void> {
	try {
		for (const loss of await lossesOf(redis))
			log.warn({ remedy: LOSE_NOTHING }, loss);
	} catch (error) {
		log.warn({ ...faultFields(error), remedy: LOSE_NOTHING }, SILENT);
	}
}

/** How it can lose what was acknowledged. @throws Transient where it does not tell its settings */
export async function lossesOf(redis: Pick<Redis, "call">): Promise<string[]> {
	// One by one, since a Redis before 7 tells no more at once.
	const pairs = await Promise.all(
		SETTINGS.map((name) => redis.call<string[]>("CONFIG", "GET", name)),
	);
	const settings = pairs.map(
		([name = "", value = ""]) => [name, value] as const,
	);
	return lossesBy(new Map(settings));
}

/** @param settings by their names in redis.conf: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
function lossesBy(settings: ReadonlyMap<string, string>): string[] {
	const losses: string[] = [];
	if (settings.get("appendonly") !== "yes")
		losses.push(
			"redis keeps what it is given in memory alone: acknowledged webhooks are lost when it restarts",
		);
	else if (
		settings.get("appendfsync") !== "always" ||
		settings.get("no-appendfsync-on-rewrite") === "yes"
	)
		losses.push(
			"redis writes to its disk later: webhooks acknowledged in the last second or more are lost when its machine fails",
		);
	const evicts = settings.get("maxmemory-policy") !== "noeviction";
	if (evicts && settings.get("maxmemory") !== "0")
		losses.push(
			"redis throws away what it has when its memory is full: acknowledged webhooks, too",
		);
	return losses;
}
