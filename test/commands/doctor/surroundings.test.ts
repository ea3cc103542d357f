import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examineVolume } from "../../../src/commands/doctor/volume.ts";
import { MINUTE, temporaryFolder } from "../../set-up.ts";
import { setUpDoctor } from "./set-up.ts";

describe("the clock", () => {
	test.each([
		["right", 0, "ok", null],
		["a little behind", -2 * MINUTE, "warning", /1[12]\d s behind Airtable's/],
		["a little ahead", 2 * MINUTE, "warning", /1[12]\d s ahead of Airtable's/],
		["far behind", -6 * MINUTE, "broken", /3[56]\d s behind/],
		["far ahead", 6 * MINUTE, "broken", /3[56]\d s ahead/],
	])("that is %s is told so", async (_, off, state, found) => {
		const now = () => Date.now() + off;
		const doctor = await setUpDoctor({}, { now });

		const [finding] = await doctor.examine("Clock");

		expect(finding).toMatchObject({
			state,
			...(found && {
				found: expect.stringMatching(found),
				remedy: expect.stringContaining("NTP"),
			}),
		});
	});

	test("is not called wrong because of a header that is none", async () => {
		const doctor = await setUpDoctor();
		doctor.airtable.fault((_req, res) => {
			res.set("Date", "yesterday").json({});
		});

		const [finding] = await doctor.examine("Clock");

		expect(finding?.state).toBe("unknown");
	});

	test("is compared without showing Airtable's key", async () => {
		const doctor = await setUpDoctor();
		const keys: unknown[] = [];
		doctor.airtable.fault((req, _res, next) => {
			keys.push(req.headers.authorization);
			next();
		});

		await doctor.examine("Clock");

		expect(keys).toEqual([undefined]);
	});
});

describe("the volume", () => {
	const FLY = { FLY_APP_NAME: "an-app" };

	test("that is there and takes files is well", async () => {
		const doctor = await setUpDoctor(FLY);

		const findings = await doctor.examine("Volume");

		expect(findings.map(({ check, state }) => [check, state])).toEqual([
			["mount", "ok"],
			["writable", "ok"],
			["free space", expect.stringMatching(/ok|warning/)],
		]);
	});

	test("in which a destroyed database was moved aside is named", async () => {
		const dir = temporaryFolder();
		const name = "inbox.db.destroyed-2026-11-23T12:00:00.000Z";
		for (const ending of ["", "-wal", "-shm"])
			writeFileSync(join(dir, `${name}${ending}`), "");
		const doctor = await setUpDoctor({ DATA_DIR: dir });

		const findings = await doctor.examine("Volume");

		expect(findings.filter(({ check }) => check === "database")).toMatchObject([
			{ state: "warning", found: expect.stringContaining(`as ${name}`) },
		]);
	});

	test.each([
		["is a file", { DATA_DIR: import.meta.filename }, {}, "DATA_DIR", "broken"],
		["is not there", { DATA_DIR: "/nowhere/data" }, {}, "DATA_DIR", "warning"],
		// Where not even root may write.
		["takes no file", { DATA_DIR: "/proc/self" }, {}, "writable", "broken"],
		["goes with a deploy", FLY, { onRootFileSystem: true }, "mount", "broken"],
	])(
		"that %s is named, with its remedy",
		async (_, env, options, check, state) => {
			const doctor = await setUpDoctor(env, options);

			const findings = await doctor.examine("Volume");

			expect(findings).toContainEqual({
				area: "Volume",
				check,
				state,
				found: expect.any(String),
				remedy: expect.stringMatching(/folder|Make it|[Mm]ount a volume/),
			});
		},
	);

	test.each([
		[500, 1000, "ok"],
		[150, 2000, "warning"],
		[60, 100, "warning"],
		[10, 100, "broken"],
	])("with %i MB free of %i is told as it is", async (free, size, state) => {
		const MB = 1024 * 1024;

		const findings = await examineVolume({
			dir: temporaryFolder(),
			redisUrl: undefined,
			onFly: false,
			onRootFileSystem: () => false,
			spaceOf: async () => ({ free: free * MB, size: size * MB }),
		});

		expect(findings).toContainEqual(
			expect.objectContaining({
				check: "free space",
				state,
				found: expect.stringContaining(`${free} MB free`),
				remedy: state === "ok" ? null : expect.stringContaining("larger"),
			}),
		);
	});

	test("is not looked at where the inbox is in Redis", async () => {
		const doctor = await setUpDoctor({
			REDIS_URL: "redis://127.0.0.1:1",
			DATA_DIR: join("/nowhere", "data"),
		});

		const [finding] = await doctor.examine("Volume");

		expect(finding).toMatchObject({ state: "ok" });
	});
});

describe("the machines", () => {
	const APP = { FLY_APP_NAME: "an-app" };
	const REDIS = { REDIS_URL: "redis://127.0.0.1:1" };

	test.each([
		["one on Fly", APP, ["fdaa::1"], "ok"],
		["two on Fly", APP, ["fdaa::1", "fdaa::2"], "broken"],
		["two on Fly with Redis", { ...APP, ...REDIS }, ["a", "b"], "ok"],
		["nobody tells how many", APP, [], "unknown"],
		["elsewhere", {}, [], "unknown"],
	])("%s", async (_, env, addresses, state) => {
		const asked: string[] = [];
		const resolve6 = async (name: string) => {
			asked.push(name);
			if (addresses.length === 0) throw new Error("ENOTFOUND");
			return addresses;
		};
		const doctor = await setUpDoctor(env, { resolve6 });

		const findings = await doctor.examine("Machines");

		expect(findings).toMatchObject([
			{
				state,
				remedy: state === "ok" ? null : expect.stringMatching(/REDIS|fly ssh/),
			},
		]);
		expect(asked.every((name) => name === "an-app.internal")).toBe(true);
	});
});
