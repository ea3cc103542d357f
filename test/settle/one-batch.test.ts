import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, ncaId, payloadOf } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import {
	accepted,
	endingOf,
	failure,
	finding,
	outcomeOf,
	success,
	writes,
} from "./learn.ts";

describe("deliveries of one job that say the same, in one batch, are one", () => {
	test("completions, whoever learnt them: one write to the target and one to the job", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const first = await success(bench, job, 1);
		const others = [
			await success(bench, job, 2),
			await finding(bench, job, "polling", job.file),
			await success(bench, job, 3),
		];

		await bench.drain.once();

		expect(writes(bench)).toBe(2);
		expect(await endingOf(bench, first)).toMatchObject({ reason: "completed" });
		for (const id of others)
			expect(await endingOf(bench, id)).toEqual({
				state: "done",
				reason: "confirming",
			});
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});

	test("failures: the first reason stands", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "add_music");
		const first = await failure(bench, job, "no space left");
		const others = [
			await failure(bench, job, "No such filter"),
			await finding(bench, job, "nca_status"),
		];

		await bench.drain.once();

		expect(writes(bench)).toBe(1);
		expect(await endingOf(bench, first)).toMatchObject({ reason: "failed" });
		for (const id of others)
			expect(await endingOf(bench, id)).toMatchObject({ reason: "confirming" });
		expect(outcomeOf(bench, job).details).toBe("no space left");
	});

	test("more of them than one batch holds", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		for (let nth = 0; nth < 130; nth += 1) await success(bench, job, nth);

		await bench.drain.once();

		expect(writes(bench)).toBe(2);
		const all = await bench.inbox.list({ limit: 200 });
		const reasons = all.map(({ reason }) => reason);
		expect(reasons.filter((one) => one === "confirming")).toHaveLength(129);
		expect(reasons.at(-1)).toBe("completed");
	});

	test("none is lost while Airtable cannot be written, and then they are one still", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const ids = [await success(bench, job, 1), await success(bench, job, 2)];
		bench.airtable.fault((req, res, next) => {
			if (req.method === "PATCH") res.status(503).end();
			else next();
		});
		await bench.drain.once();
		for (const id of ids)
			expect((await endingOf(bench, id))?.state).toBe("retry");

		bench.airtable.fault(null);
		bench.clock.advance(MINUTE);
		await bench.drain.once();

		expect(writes(bench)).toBe(2);
		for (const id of ids)
			expect((await endingOf(bench, id))?.state).toBe("done");
		expect(outcomeOf(bench, job).Status).toBe("completed");
	});

	test("each job of many has its own first", async () => {
		const bench = await setUp();
		const jobs = Array.from({ length: 12 }, () => makeJob(bench, "combine"));
		for (const run_time of [1, 2])
			for (const job of jobs) await success(bench, job, run_time);

		await bench.drain.once();

		expect(
			bench.airtable.calls.filter(({ method }) => method === "PATCH"),
		).toEqual(
			["Segments", "Segments", "Jobs", "Jobs"].map((table, nth) => ({
				method: "PATCH",
				table,
				records: nth % 2 === 0 ? 10 : 2,
			})),
		);
	});
});

test("what cannot be believed holds up nothing that is in its batch", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const stranger = composeFailure(job.id, ncaId());
	const unbelieved = await accepted(bench, job, stranger);
	const first = await success(bench, job);

	await bench.drain.once();

	expect(await endingOf(bench, first)).toMatchObject({ reason: "completed" });
	expect((await endingOf(bench, unbelieved))?.state).toBe("retry");
	expect(outcomeOf(bench, job).Status).toBe("completed");
});
