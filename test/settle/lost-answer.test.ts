import { expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, payloadOf, post, succeed } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import { happened, newCalls, readBack } from "./read-backs.ts";

/** Airtable closes the job, and its answer is lost on the way. */
async function closeUnheard(bench: SetUp): Promise<void> {
	bench.airtable.fault((req, res, next) => {
		if (req.method === "PATCH" && req.path.endsWith("/Jobs"))
			res.json = () => res.status(502).send("<html/>");
		next();
	});
	await bench.drain.once();
	bench.airtable.fault(null);
	newCalls(bench);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();
}

test("a close whose answer was lost is not written again, and its file is read back", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);

	await closeUnheard(bench);
	const calls = newCalls(bench);
	expect(bench.said("drain paused")).toHaveLength(1);
	await bench.airtable.fetchAttachments();
	await readBack(bench);

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(calls.filter((call) => call.startsWith("PATCH"))).toEqual([]);
	expect((await happened(bench, job)).at(-1)).toBe("kept");
});

test("a failure whose answer was lost is closed again when the engine sets it back", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
	await closeUnheard(bench);
	bench.airtable.set("Jobs", job.id, { Status: "processing" });

	await bench.poll.round({ all: true });
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	expect(payloadOf(bench, job.id).via).toBe("webhook");
});

test("a failure whose answer was lost stands: the first outcome of a run wins", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
	await closeUnheard(bench);

	await succeed(bench, job);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
});
