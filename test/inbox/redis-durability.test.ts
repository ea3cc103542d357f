import { expect, onTestFinished, test } from "vitest";
import { warnOfLosses } from "../../src/inbox/redis/durability.ts";
import { createLog } from "../../src/log.ts";
import { startRedis } from "../../src/sandbox/redis.ts";
import { connect, redisForTests } from "./redis-server.ts";

const available = await redisForTests();

/** What a start on a Redis with these settings is warned of. */
async function warningsOf(...settings: string[]): Promise<string[]> {
	const server = await startRedis(settings);
	if (server === null) throw new Error("skipped without one");
	onTestFinished(server.close);
	const said: string[] = [];
	const log = await createLog({
		level: "warn",
		write: (line) => said.push(JSON.parse(line).msg),
	});
	await warnOfLosses(await connect(server), log);
	return said;
}

const MEMORY = /^redis keeps what it is given in memory alone/;
const LATER = /^redis writes to its disk later/;
const EVICTS = /^redis throws away what it has/;
const SILENT = /^redis does not say/;

test.skipIf(available === null).each([
	["that keeps all", [], []],
	["without persistence", ["--appendonly", "no"], [MEMORY]],
	["with snapshots alone", ["--appendonly", "no", "--save", "60 1"], [MEMORY]],
	["that writes each second", ["--appendfsync", "everysec"], [LATER]],
	["that lets the system write", ["--appendfsync", "no"], [LATER]],
	[
		"that does not write while it compacts",
		["--no-appendfsync-on-rewrite", "yes"],
		[LATER],
	],
	[
		"that evicts",
		["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"],
		[EVICTS],
	],
	[
		"that would evict, had it a limit",
		["--maxmemory-policy", "allkeys-lru"],
		[],
	],
	[
		"that refuses when it is full",
		["--maxmemory", "50mb", "--maxmemory-policy", "noeviction"],
		[],
	],
	["that does not tell", ["--rename-command", "CONFIG", ""], [SILENT]],
])(
	"a start on a Redis %s is warned as it should be",
	async (_, settings, warnings) => {
		const said = await warningsOf(...settings);

		expect(said).toEqual(warnings.map((one) => expect.stringMatching(one)));
	},
);
