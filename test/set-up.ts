import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Config, loadConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import {
	type AirtableStandIn,
	startAirtable,
} from "../src/sandbox/airtable.ts";
import { ENGINE_SCHEMA } from "../src/sandbox/airtable-schema.ts";
import { type NcaStandIn, startNca } from "../src/sandbox/nca.ts";
import type { LogLine } from "../src/sandbox/program.ts";
import { serve } from "../src/sandbox/serve.ts";
import { type SpacesStandIn, startSpaces } from "../src/sandbox/spaces.ts";
import { createParts, type Parts } from "../src/wiring/parts.ts";
import type { World } from "../src/wiring/world.ts";
import { connect, redisForTests } from "./inbox/redis-server.ts";
import { AIRTABLE_KEY, NCA_KEY } from "./leaks/secrets.ts";
import { isProgram } from "./leaks/tap.ts";
import { watchLine } from "./leaks/watch.ts";
import { createTicker } from "./ticker.ts";

export { AIRTABLE_KEY };
export const BASE_ID = "appTEST";
/** What the program keeps its store in; null: in SQLite. */
const onRedis = process.env.TEST_STORE === "redis";
// No test here ends it: what it would write to its disk, nobody would read.
const redis = onRedis ? await redisForTests(["--appendonly", "no"]) : null;
if (onRedis && redis === null) throw new Error("this needs a redis-server");

/** When every test begins. */
export const START = Date.parse("2026-11-23T12:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A clock that stands still until it is moved. */
export type Clock = {
	now: () => number;
	/** ms of one that is never set */
	monotonic: () => number;
	/** Time goes by. */
	advance: (ms: number) => void;
	/** It is set: no time goes by. */
	step: (ms: number) => void;
};

export function createClock(time = START): Clock {
	let gone = 0;
	return {
		now: () => time,
		monotonic: () => gone,
		advance(ms) {
			time += ms;
			gone += ms;
		},
		step(ms) {
			time += ms;
		},
	};
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-test-"));
	onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

/** The least that must be set, for stand-ins at these addresses. */
export function environment(airtableUrl: string, spacesBase: string) {
	return {
		AIRTABLE_API_KEY: AIRTABLE_KEY,
		AIRTABLE_BASE_ID: BASE_ID,
		AIRTABLE_ENDPOINT_URL: airtableUrl,
		AIRTABLE_REQUESTS_PER_SECOND: "1000",
		SPACES_BASE_URL: spacesBase,
	};
}

export type SetUp = Parts & {
	airtable: AirtableStandIn;
	spaces: SpacesStandIn;
	clock: Clock;
	config: Config;
	/** Where the app listens. */
	url: string;
	/** Every line of the log so far. */
	lines: LogLine[];
	/** Does once what is done every so often. */
	tick: () => void;
	/** The lines of one message. */
	said: (msg: string) => LogLine[];
};

/**
 * The whole program on stand-ins for Airtable and Spaces, real HTTP on loopback: only its own clock stands still,
 * and nothing runs by itself. What is due is settled by `drain.once()`, a round is run by `poll.round()`.
 */
export async function setUp(
	env: Record<string, string> = {},
	schema = ENGINE_SCHEMA,
	deadlines?: World["deadlines"],
): Promise<SetUp> {
	const clock = createClock();
	const airtable = await startAirtable({
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
		fetches: false,
		schema,
		now: clock.now,
	});
	onTestFinished(airtable.close);
	const spaces = await startSpaces();
	onTestFinished(spaces.close);

	const config = loadConfig(
		{
			...environment(airtable.url, spaces.base),
			DATA_DIR: temporaryFolder(),
			...(redis && { REDIS_URL: redis.url }),
			...env,
		},
		() => false,
	);
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write(line) {
			watchLine("log", line);
			lines.push(JSON.parse(line));
		},
	});
	// Who waits for the limiter finds the time gone by.
	const sleep = async (ms: number) => clock.advance(Math.ceil(ms));
	const ticker = createTicker();
	const world = {
		now: clock.now,
		monotonic: clock.monotonic,
		random: () => 0,
		sleep,
		every: ticker.every,
		...(deadlines && { deadlines }),
	};
	if (redis) await (await connect(redis)).call("FLUSHALL");
	const opened = await createParts(config, log, world);
	const parts = redis ? await whoDrains(opened) : opened;
	onTestFinished(parts.close);
	const { url, close } = await serve(parts.app);
	onTestFinished(close);
	isProgram(url);

	const said = (msg: string) => lines.filter((line) => line.msg === msg);
	const { tick } = ticker;
	return { ...parts, airtable, spaces, clock, config, url, tick, lines, said };
}

/** As the machine that may take out of the inbox. */
async function whoDrains(parts: Parts): Promise<Parts> {
	const { drain, lease, ready } = parts;
	await ready();
	await lease.take();
	const once = async () => {
		await lease.take();
		return drain.once();
	};
	return { ...parts, drain: { ...drain, once } };
}

/** The same, with an NCA that can be asked, and that knows no job until one is submitted or `nca.say`; its files go into Spaces. */
export async function setUpWithNca(
	env: Record<string, string> = {},
	deadlines?: World["deadlines"],
): Promise<SetUp & { nca: NcaStandIn }> {
	const upload = (name: string) => bench.spaces.put(name, 10);
	const nca = await startNca({ apiKey: NCA_KEY, upload });
	onTestFinished(nca.close);
	const more = { NCA_BASE_URL: nca.url, NCA_API_KEY: NCA_KEY, ...env };
	const bench = await setUp(more, ENGINE_SCHEMA, deadlines);
	return { ...bench, nca };
}
