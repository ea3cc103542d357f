import { openSqliteStore } from "../inbox/sqlite/store.ts";
import type { Store } from "../inbox/store.ts";
import { createEvicted } from "./evicted.ts";
import type { Common } from "./world.ts";

/** What is under way has so long before the process ends itself, ms. */
const LAST_ANSWERS_MS = 500;

/** Once those that are being answered have their answer, which is in the log. */
function crash(error: Error): void {
	setTimeout(() => {
		throw error;
	}, LAST_ANSWERS_MS);
}

/** Where everything is kept. @throws StartError where it cannot be had */
export async function openStore({
	config,
	log,
	newId,
	world,
}: Common): Promise<Store> {
	const { REDIS_URL: url, DATA_DIR } = config;
	const evicted = createEvicted(log);
	if (!url)
		return openSqliteStore({
			dir: DATA_DIR,
			log,
			now: world.now,
			evicted,
			crash,
		});
	// Its client takes 5 MB, which a small machine without a Redis has better use for.
	const { openRedisStore } = await import("../inbox/redis/store.ts");
	return openRedisStore({
		url,
		machine: newId(),
		requestsPerSecond: config.AIRTABLE_REQUESTS_PER_SECOND,
		log,
		now: world.now,
		evicted,
	});
}
