import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, post, succeed } from "../jobs.ts";
import { roundOf } from "../poll/rounds.ts";
import { breakStore } from "../receive/broken-store.ts";
import { MINUTE, type SetUp, setUp, setUpWithNca } from "../set-up.ts";

const ready = ({ url }: Pick<SetUp, "url">) => request(url).get("/ready");
const NOTHING = { why: null, status: null, since: null, at: null };
const START_TIME = "2026-11-23T12:00:00.000Z";

test("at the start nothing was heard of anybody, and that is not down", async () => {
	const { status, body } = await ready(await setUp());

	expect(status).toBe(200);
	expect(body).toMatchObject({
		ready: true,
		dependencies: {
			inbox: { state: "ok" },
			airtable: { state: "unknown", ...NOTHING },
			spaces: { state: "unknown", ...NOTHING },
			nca: { configured: false },
		},
	});
});

test("asking asks nobody", async () => {
	const bench = await setUp();
	let asked = 0;
	bench.airtable.fault((_req, _res, next) => {
		asked += 1;
		next();
	});

	await ready(bench);

	expect([asked, bench.spaces.heads]).toEqual([0, []]);
});

describe("what was last heard", () => {
	test("of a job that was closed: that Airtable and Spaces answer", async () => {
		const bench = await setUp();
		await succeed(bench, makeJob(bench, "combine"));
		await bench.drain.once();

		const { body } = await ready(bench);

		const ok = { state: "ok", since: expect.any(String), why: null };
		expect(body.dependencies).toMatchObject({
			airtable: { ...ok, status: 200 },
			spaces: ok,
		});
	});

	test("Airtable's refusal, and since when, until it answers", async () => {
		const bench = await setUp();
		bench.airtable.fault((_req, res) => res.status(403).json({}));
		await bench.poll.round().catch(() => {});
		bench.clock.advance(MINUTE);
		await bench.poll.round().catch(() => {});

		const down = await ready(bench);
		bench.airtable.fault(null);
		await bench.poll.round();

		expect(down.status).toBe(503);
		expect(down.body).toMatchObject({
			ready: false,
			dependencies: {
				airtable: {
					state: "failing",
					status: 403,
					why: expect.stringContaining("403"),
					since: START_TIME,
				},
			},
		});
		expect((await ready(bench)).status).toBe(200);
	});

	test("a field that Airtable does not take is no fault of its", async () => {
		const bench = await setUp({ COMPLETED_STATUS: "no such option" });
		await succeed(bench, makeJob(bench, "concatenate"));
		await bench.drain.once();

		const { status } = await ready(bench);

		expect(
			bench.said("airtable refused an essential field").length,
		).toBeGreaterThan(0);
		expect(status).toBe(200);
	});

	test("that Spaces does not answer; but a missing file is an answer", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		await roundOf(bench, { all: true });
		const missing = await ready(bench);
		bench.spaces.fail(503);
		await roundOf(bench, { all: true });

		const down = await ready(bench);

		expect(missing.body.dependencies.spaces.state).toBe("ok");
		expect(down.status).toBe(503);
		expect(down.body.dependencies.spaces).toMatchObject({
			state: "failing",
			why: "HEAD 503",
		});
	});

	test("an inbox that could not be written is said to fail, and until it was again", async () => {
		const bench = await setUp();
		const mend = breakStore(bench.config);
		const refused = await post(bench, "", "x");
		const failing = await ready(bench);
		mend();
		await post(bench, "", "x");

		const mended = await ready(bench);

		expect(refused.status).toBe(503);
		expect(failing.status).toBe(503);
		expect(failing.body.dependencies.inbox).toEqual({ state: "failing" });
		expect(mended.body.dependencies.inbox).toEqual({ state: "ok" });
	});

	test("that NCA does not answer is told, and keeps nothing from working", async () => {
		const bench = await setUpWithNca();
		makeJob(bench, "combine");
		bench.nca.fault((_req, res) => res.status(502).end());
		await roundOf(bench);

		const { status, body } = await ready(bench);

		expect(status).toBe(200);
		expect(body.dependencies.nca).toMatchObject({
			configured: true,
			state: "failing",
			status: 502,
		});
	});
});

test("what came of HEADs and calls is counted, and written with the next tick", async () => {
	const bench = await setUp();
	makeJob(bench, "combine");
	await bench.poll.round({ all: true });
	bench.airtable.fault((_req, res) => res.status(403).json({}));
	await bench.poll.round().catch(() => {});

	await bench.counts.write();

	const tallies = await bench.ledger.tallies();
	expect(tallies.get("airtable 200")).toBe(1);
	expect(tallies.get("airtable 403")).toBe(1);
	expect(tallies.get("head absent")).toBe(bench.spaces.heads.length);
	expect(tallies.has("head unknown")).toBe(false);
});

test("how the dependencies are is not for everyone", async () => {
	const bench = await setUp({ ADMIN_TOKEN: "an admin token long enough" });

	const { status, body } = await ready(bench);

	expect(status).toBe(401);
	expect(body.dependencies).toBeUndefined();
});
