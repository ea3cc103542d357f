import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AirtableStandIn, startAirtable } from "../sandbox/airtable.ts";
import { type Program, startProgram } from "../sandbox/program.ts";
import { startRedis } from "../sandbox/redis.ts";
import { type SpacesStandIn, startSpaces } from "../sandbox/spaces.ts";
import type { StoreName } from "./row.ts";

const TOKEN = "bench-airtable-token";
const BASE = "appBENCH";
/** What Airtable allows, and how long it takes. */
export type Limits = {
	requestsPerSecond: number;
	latencyMs: number;
};

export type World = AsyncDisposable & {
	airtable: AirtableStandIn;
	spaces: SpacesStandIn;
	/** Starts the program as in production, on what it has kept. @param options.deaf nobody reads its lines */
	start(
		env?: Record<string, string>,
		options?: { deaf: boolean },
	): Promise<Program>;
};

/** What Airtable allows in truth, on a connection without a way. */
export const REAL_LIMITS: Limits = { requestsPerSecond: 5, latencyMs: 0 };

/** Stand-ins for Airtable and Spaces on loopback, and a store for the program. @throws where there is no Redis to be had */
export async function createWorld(
	store: StoreName,
	{ requestsPerSecond, latencyMs }: Limits,
): Promise<World> {
	const cleanup = new AsyncDisposableStack();
	const redis = store === "redis" ? await startRedis() : null;
	if (redis) cleanup.defer(redis.close);
	else if (store === "redis") throw new Error("there is no redis-server");
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-bench-"));
	cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
	const airtable = await startAirtable({
		apiKey: TOKEN,
		baseId: BASE,
		requestsPerSecond,
		latencyMs,
	});
	cleanup.defer(airtable.close);
	const spaces = await startSpaces();
	cleanup.defer(spaces.close);

	return {
		airtable,
		spaces,
		async start(env = {}, { deaf } = { deaf: false }) {
			const program = await startProgram({
				cwd: dir,
				deaf,
				env: {
					NODE_ENV: "production",
					HOST: "127.0.0.1",
					PORT: "0",
					DATA_DIR: join(dir, "data"),
					AIRTABLE_API_KEY: TOKEN,
					AIRTABLE_BASE_ID: BASE,
					AIRTABLE_ENDPOINT_URL: airtable.url,
					AIRTABLE_REQUESTS_PER_SECOND: String(requestsPerSecond),
					SPACES_BASE_URL: spaces.base,
					...(redis && { REDIS_URL: redis.url }),
					...env,
				},
			});
			cleanup.defer(async () => void (await program.stop("SIGKILL")));
			return program;
		},
		[Symbol.asyncDispose]: () => cleanup.disposeAsync(),
	};
}
