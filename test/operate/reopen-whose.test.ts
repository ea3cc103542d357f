import { expect, test } from "vitest";
import { makeJob, ncaId, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { reopen } from "./by-hand.ts";

test("a close that another hand made of the next run is not undone", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.set("Jobs", job.id, { "External Job ID": ncaId() });

	await reopen(bench, job.id).expect(202);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("a foreign job that a person would reopen takes no target from ours", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const foreign = makeJob(bench, "combine", {}, 0);
	bench.airtable.set("Jobs", foreign.id, {
		"Webhook URL": "https://engine.example/webhooks/goapi",
		"Related Segment Video": [job.targetId],
	});
	await reopen(bench, foreign.id).expect(202);
	await bench.drain.once();

	await succeed(bench, job);
	await bench.drain.once();

	const { "Voiceover + Video": held } = bench.airtable.get(
		"Segments",
		job.targetId,
	);
	expect(held).toMatchObject([{ filename: job.file }]);
});
