import request from "supertest";
import { expect, test } from "vitest";
import { tokenFor } from "../../../src/receive/proof.ts";
import { ENGINE_SCHEMA } from "../../../src/sandbox/airtable-schema.ts";
import { claimSuccess, makeJob, post, succeed, waitOut } from "../../jobs.ts";
import { makeDone } from "../../poll/rounds.ts";
import { HOUR, MINUTE } from "../../set-up.ts";
import { restart } from "../../settle/restart.ts";
import { setUpMailed } from "./program.ts";
import { textOf } from "./smtp.ts";

const BOTH = ["opened", "resolved"];

test("webhooks are missing when one is overdue and none came, until one comes", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine");
	const before = await bench.mailed("webhooks missing");
	await bench.poll.round();
	const opened = await bench.mailed("webhooks missing");
	bench.clock.advance(3 * HOUR);
	const still = await bench.mailed("webhooks missing");

	await succeed(bench, job);

	expect([before, opened, still]).toEqual([[], ["opened"], ["opened"]]);
	expect(await bench.mailed("webhooks missing")).toEqual(BOTH);
});

test("a success of a known job that cannot be proved is told of, and it is over when its file is there", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine");
	const { body } = await claimSuccess(bench, job);
	await waitOut(bench, 6 * MINUTE);
	const opened = await bench.mailed("delivery buried");
	const text = textOf(bench.smtp.mails[0]?.raw ?? "");

	bench.spaces.put(job.file, 10);
	await request(bench.url).post(`/debug/webhooks/${body.delivery_id}/replay`);
	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(text).toContain(`What: ${body.delivery_id} of ${job.id}: unproven`);
	expect(await bench.mailed("delivery buried")).toEqual(BOTH);
});

test("an unproved success is over, too, when its job is closed otherwise", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine");
	await claimSuccess(bench, job);
	await waitOut(bench, 6 * MINUTE);
	const opened = await bench.mailed("delivery buried");

	bench.spaces.put(job.file, 10);
	await bench.poll.round();
	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(await bench.mailed("delivery buried")).toEqual(BOTH);
});

/** A webhook of a known job that was given up. */
async function bury(bench: Awaited<ReturnType<typeof setUpMailed>>) {
	const job = makeJob(bench, "combine");
	const { body } = await succeed(bench, job);
	await bench.poll.round();
	const claims = await bench.inbox.claim(10, bench.clock.now());
	const buried = { kind: "bury", reason: "could not be settled" } as const;
	const retry = {
		kind: "retry",
		dueAt: 0,
		waiting: { what: "fault", since: 0 },
		reason: "",
	} as const;
	await bench.inbox.end(
		new Map(
			claims.map(({ id }) => [id, id === body.delivery_id ? buried : retry]),
		),
	);
	return { job, id: body.delivery_id };
}

test("a burial of a known job is told of until it was retried", async () => {
	const bench = await setUpMailed();
	const { job, id } = await bury(bench);
	const opened = await bench.mailed("delivery buried");
	const texts = bench.smtp.mails.map(({ raw }) => textOf(raw));

	await request(bench.url).post(`/debug/jobs/${job.id}/retry`).expect(202);
	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(texts.join()).toContain(
		`What: ${id} of ${job.id}: could not be settled`,
	);
	expect(await bench.mailed("delivery buried")).toEqual(BOTH);
});

test("or until its job was closed otherwise", async () => {
	const bench = await setUpMailed();
	const { id } = await bury(bench);
	const opened = await bench.mailed("delivery buried");

	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(await bench.mailed("delivery buried")).toEqual(BOTH);
	expect((await bench.inbox.get(id))?.state).toBe("buried");
});

test("a field that Airtable refuses is told of by table and name, until it is there", async () => {
	const schema = structuredClone(ENGINE_SCHEMA);
	const { "Combined Segments Video": field, ...videos } = schema.Videos ?? {};
	schema.Videos = videos;
	const bench = await setUpMailed({}, schema);
	await succeed(bench, makeJob(bench, "concatenate"));
	await bench.drain.once();
	const opened = await bench.mailed("field refused");
	const text = textOf(bench.smtp.mails[0]?.raw ?? "");

	if (field) schema.Videos["Combined Segments Video"] = field;
	bench.clock.advance(10 * MINUTE);
	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(text).toContain(
		"What: 1 waiting; Airtable refused Videos.Combined Segments Video",
	);
	expect(await bench.mailed("field refused")).toEqual(BOTH);
});

test("the loss rate is high when polling closes what webhooks did not, of five jobs", async () => {
	const bench = await setUpMailed();
	for (let nth = 0; nth < 4; nth += 1) makeDone(bench);
	await bench.poll.round();
	await bench.drain.once();
	const ofFour = await bench.mailed("loss rate high");

	makeDone(bench);
	bench.clock.advance(5 * MINUTE);
	await bench.poll.round();
	await bench.drain.once();
	const ofFive = await bench.mailed("loss rate high");
	bench.clock.advance(26 * HOUR);

	expect([ofFour, ofFive]).toEqual([[], ["opened"]]);
	expect(await bench.mailed("loss rate high")).toEqual(BOTH);
});

test("a success rate is low when what is posted with our proof cannot be read", async () => {
	const secret = "a secret that is long enough";
	const bench = await setUpMailed({ WEBHOOK_SECRET: secret });
	const job = makeJob(bench, "combine");
	const token = tokenFor(secret, job.id, "combine");

	await post(
		bench,
		`job_id=${job.id}&operation=combine&token=${token}`,
		"<html>",
	).expect(400);

	expect(await bench.mailed("success rate low")).toEqual(["opened"]);
});

test("what is wrong is in /status as long as it is", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine");
	const alertsNow = async () =>
		(await request(bench.url).get("/status").expect(200)).body.alerts;
	await bench.poll.round();
	await bench.alerts.look();
	const during = await alertsNow();
	await succeed(bench, job);
	await bench.alerts.look();

	expect(during).toMatchObject([
		{ id: "webhooks_missing", since: "2026-11-23T12:00:00.000Z" },
	]);
	expect(await alertsNow()).toEqual([]);
});

test("a restart repeats nothing, and what is over meanwhile is told", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine");
	await bench.poll.round();
	await bench.mailed("webhooks missing");
	await succeed(bench, job);

	const again = await restart(bench);
	await again.alerts.look();
	await again.alerts.look();

	expect(bench.smtp.subjects()).toEqual([
		"[nca-webhooks] opened: webhooks missing",
		"[nca-webhooks] resolved: webhooks missing",
	]);
});
