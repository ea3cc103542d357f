import { expect, onTestFinished, test } from "vitest";
import { startRedis } from "../../../src/sandbox/redis.ts";
import { connect, redisForTests } from "../../inbox/redis-server.ts";
import { amiss, setUpDoctor } from "./set-up.ts";

const available = await redisForTests();

async function server(...settings: string[]) {
	const redis = await startRedis(settings);
	if (redis === null) throw new Error("skipped without one");
	onTestFinished(redis.close);
	return redis;
}

test("without a Redis there is nothing to find", async () => {
	const doctor = await setUpDoctor();

	expect(amiss(await doctor.examine("Redis"))).toEqual([]);
});

test("a Redis that is down is named, with its remedy", async () => {
	const doctor = await setUpDoctor({ REDIS_URL: "redis://127.0.0.1:1" });

	const findings = await doctor.examine("Redis");

	expect(findings).toEqual([
		expect.objectContaining({
			check: "reach",
			state: "broken",
			found: expect.stringContaining("ECONNREFUSED"),
			remedy: expect.stringContaining("Start that Redis"),
		}),
	]);
});

test.skipIf(available === null)(
	"a durable Redis is well, and holds nothing afterwards",
	async () => {
		const redis = await server();
		const doctor = await setUpDoctor({ REDIS_URL: redis.url });

		const findings = await doctor.examine("Redis");

		expect(amiss(findings)).toEqual([]);
		expect(findings.map(({ check }) => check)).toEqual([
			"reach",
			"version",
			"durability",
		]);
		expect(await (await connect(redis)).call("DBSIZE")).toBe(0);
	},
);

test.skipIf(available === null).each([
	[
		"that forgets",
		["--appendonly", "no"],
		"durability",
		"warning",
		/appendonly yes/,
	],
	[
		"of a cluster",
		["--cluster-enabled", "yes"],
		"cluster",
		"broken",
		/no cluster/,
	],
	[
		"that is a replica",
		["--replicaof", "127.0.0.1 1"],
		"role",
		"broken",
		/its primary/,
	],
	[
		"that does not tell its settings",
		["--rename-command", "CONFIG", ""],
		"durability",
		"unknown",
		/appendonly yes/,
	],
])(
	"a Redis %s is named, with its remedy",
	async (_, settings, check, state, remedy) => {
		const redis = await server(...settings);
		const doctor = await setUpDoctor({ REDIS_URL: redis.url });

		const findings = await doctor.examine("Redis");

		expect(findings).toContainEqual(
			expect.objectContaining({
				check,
				state,
				remedy: expect.stringMatching(remedy),
			}),
		);
	},
);

test.skipIf(available === null)("a wrong password is in no word", async () => {
	const redis = await server("--requirepass", "right");
	const url = redis.url.replace("//", "//:wrong-password@");
	const doctor = await setUpDoctor({ REDIS_URL: url });

	const findings = await doctor.examine("Redis");

	expect(findings).toMatchObject([{ check: "reach", state: "broken" }]);
	expect(JSON.stringify(findings)).not.toContain("wrong-password");
});
