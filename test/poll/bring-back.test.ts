import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { statusOf } from "./rounds.ts";

const SOON = 11_000;

/** Posts a success of a run whose file is there, and looks for its record as often as the drain does. */
async function postEarly(bench: SetUp, ncaJobId: string, id = "") {
	const url = bench.spaces.put(`${ncaJobId}_output_0.mp4`, 10);
	const body = composeSuccess(id || null, ncaJobId, url);
	const answer = await post(bench, id && `job_id=${id}`, body);
	await waitOut(bench, SOON);
	return String(answer.body.delivery_id);
}

const lists = ({ airtable }: SetUp) =>
	airtable.calls.filter(({ method }) => method === "LIST").length;

/** Looks for records once, and settles what that finds. */
async function match({ bringBack, drain }: SetUp): Promise<void> {
	await bringBack.matched();
	await drain.once();
}

describe("a webhook that came before its record is applied when that appears", () => {
	test("known by the record's id", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const record = bench.airtable.get("Jobs", job.id);
		bench.airtable.remove("Jobs", job.id);
		await postEarly(bench, job.ncaJobId, job.id);
		await match(bench);
		bench.airtable.create("Jobs", record, { id: job.id });

		await match(bench);

		expect(statusOf(bench, job)).toBe("completed");
	});

	test("known by NCA's id alone, which its record bears later", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { "External Job ID": null });
		await postEarly(bench, job.ncaJobId);
		await match(bench);
		bench.airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });

		await match(bench);

		expect(statusOf(bench, job)).toBe("completed");
	});

	test("until MAX_POLLING_AGE_HOURS have passed: then it is parked, and shown", async () => {
		const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
		const id = await postEarly(bench, ncaId());
		bench.clock.advance(2 * HOUR - MINUTE);

		await match(bench);
		const before = await bench.inbox.get(id);
		bench.clock.advance(MINUTE);
		await match(bench);
		const after = await bench.inbox.get(id);

		expect(before).toMatchObject({ state: "retry", reason: "no record yet" });
		expect(after).toMatchObject({ state: "parked", reason: "no record" });
		expect(bench.said("delivery parked")).toMatchObject([{ delivery_id: id }]);
	});
});

test("what waits for its record costs nothing between the rounds", async () => {
	const bench = await setUp();
	await postEarly(bench, ncaId());
	const before = lists(bench);

	bench.clock.advance(HOUR);
	await bench.drain.once();

	expect(lists(bench)).toBe(before);
});

test("where nothing waits, Airtable is not asked", async () => {
	const bench = await setUp();

	await match(bench);

	expect(bench.airtable.calls).toEqual([]);
});

/** Posts so many successes of runs that no record will ever bear, every other under a record's id. */
async function postStrangers(bench: SetUp, count: number): Promise<void> {
	for (let nth = 0; nth < count; nth += 1) {
		const run = ncaId();
		const url = `${bench.spaces.base}/${run}_output_0.mp4`;
		const id = nth % 2 ? `recSTRANGER${run.slice(-6)}` : null;
		await post(bench, id ? `job_id=${id}` : "", composeSuccess(id, run, url));
	}
}

test("a hundred webhooks of either kind cost one call, and those whose record is there are applied", async () => {
	const bench = await setUp();
	const byRun = makeJob(bench, "combine", { "External Job ID": null });
	const byId = makeJob(bench, "combine");
	const record = bench.airtable.get("Jobs", byId.id);
	bench.airtable.remove("Jobs", byId.id);
	await postStrangers(bench, 98);
	await postEarly(bench, byRun.ncaJobId);
	await postEarly(bench, byId.ncaJobId, byId.id);
	bench.airtable.set("Jobs", byRun.id, { "External Job ID": byRun.ncaJobId });
	bench.airtable.create("Jobs", record, { id: byId.id });
	const before = lists(bench);

	await bench.bringBack.matched();
	const cost = lists(bench) - before;
	await bench.drain.once();

	expect(cost).toBe(1);
	expect(bench.said("records looked for")).toMatchObject([
		{ waiting: 100, due: 2 },
	]);
	expect([byRun, byId].map((job) => statusOf(bench, job))).toEqual([
		"completed",
		"completed",
	]);
});

test("of more than a hundred each has its turn", async () => {
	const bench = await setUp();
	await postStrangers(bench, 150);
	const late = makeJob(bench, "combine", { "External Job ID": null });
	await postEarly(bench, late.ncaJobId);
	bench.airtable.set("Jobs", late.id, { "External Job ID": late.ncaJobId });

	await match(bench);
	const first = statusOf(bench, late);
	bench.clock.advance(2 * MINUTE);
	await match(bench);

	expect([first, statusOf(bench, late)]).toEqual(["processing", "completed"]);
});

test("a webhook that waits has its turn however many strangers post", async () => {
	const bench = await setUp();
	const late = makeJob(bench, "combine", { "External Job ID": null });
	await postEarly(bench, late.ncaJobId);
	await match(bench);
	bench.airtable.set("Jobs", late.id, { "External Job ID": late.ncaJobId });

	for (let round = 0; round < 3; round += 1) {
		await postStrangers(bench, 100);
		await waitOut(bench, SOON);
		bench.clock.advance(2 * MINUTE);
		await match(bench);
	}

	expect(statusOf(bench, late)).toBe("completed");
});

test("while Airtable is down nothing that waits is lost or hurried", async () => {
	const bench = await setUp();
	const id = await postEarly(bench, ncaId());
	bench.airtable.fault((_req, res) => void res.status(503).end());

	await expect(bench.bringBack.matched()).rejects.toMatchObject({
		name: "Transient",
	});

	expect(await bench.inbox.get(id)).toMatchObject({
		state: "retry",
		dueAt: null,
	});
});

test("a failure that named its run before the record did is believed when the record bears it, however late", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", { "External Job ID": null });
	const body = composeFailure(job.id, job.ncaJobId);
	const answer = await post(bench, `job_id=${job.id}`, body);
	await waitOut(bench, 6 * MINUTE);
	const before = await bench.inbox.get(answer.body.delivery_id);

	bench.airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });
	await bench.poll.round({ all: true });
	await bench.drain.once();

	expect(before).toMatchObject({ state: "parked", reason: "unconfirmed" });
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
});
