import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";

const ROUTE = "/debug/check-stuck-jobs";

const round = (url: string, options?: object | string) =>
	request(url).post(ROUTE).type("json").send(options);

describe("the options of a round by hand", () => {
	test("it looks at each job, however lately it was looked at", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		await round(bench.url);

		const answer = await round(bench.url, {});

		expect(answer.body.checked).toBe(1);
	});

	test.each([
		[undefined, 0],
		[0, 1],
		[0.5, 1],
		[3, 0],
	])(
		"older_than_minutes %j checks %i job of 2 minutes",
		async (older_than_minutes, checked) => {
			const bench = await setUp();
			makeJob(bench, "combine", {}, 2 * MINUTE);

			const answer = await round(bench.url, { older_than_minutes });

			expect(answer.body.checked).toBe(checked);
		},
	);

	test("it works with polling switched off", async () => {
		const bench = await setUp({ ENABLE_JOB_POLLING: "false" });
		makeJob(bench, "combine");

		const answer = await round(bench.url);

		expect(answer.body.checked).toBe(1);
	});

	test.each([
		["a key that it does not know", { dry_runn: true }, "dry_runn"],
		["a text for a number", { older_than_minutes: "5" }, "older_than_minutes"],
		["less than nothing", { older_than_minutes: -1 }, "older_than_minutes"],
		["a text for yes or no", { dry_run: "true" }, "dry_run"],
		["a list", [], "object"],
		["what is not JSON", '{"dry_run":', "not JSON"],
	])("refused, and no round is run: %s", async (_what, options, named) => {
		const bench = await setUp();
		makeJob(bench, "combine");

		const answer = await round(bench.url, options);

		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({ error: expect.stringContaining(named) });
		expect(bench.airtable.calls).toEqual([]);
	});
});

test("a dry run says what would be, and writes nothing anywhere", async () => {
	const bench = await setUp();
	const { id, file } = makeJob(bench, "combine", {}, 2 * HOUR);
	bench.spaces.put(file, 10);
	const before = bench.airtable.get("Jobs", id);

	const answer = await round(bench.url, { dry_run: true });
	await bench.drain.once();

	expect(answer.body).toMatchObject({
		checked: 1,
		recovered: 1,
		jobs: [{ job_id: id, verdict: "recovered" }],
	});
	expect(await bench.inbox.list({ limit: 9 })).toEqual([]);
	expect(bench.airtable.calls.map(({ method }) => method)).toEqual(["LIST"]);
	expect(bench.airtable.get("Jobs", id)).toEqual(before);
	await bench.poll.roundIfDue();
	expect(bench.said("poll round ended")).toHaveLength(2);
});

test("a dry run is one whatever the body is called: curl calls it a form", async () => {
	const bench = await setUp();
	const { file } = makeJob(bench, "combine");
	bench.spaces.put(file, 10);

	const answer = await request(bench.url)
		.post(ROUTE)
		.type("form")
		.send('{"dry_run":true}');

	expect(answer.body).toMatchObject({ checked: 1, recovered: 1 });
	expect(await bench.inbox.list({ limit: 9 })).toEqual([]);
});
