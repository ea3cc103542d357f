import { expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, payloadOf, post } from "../jobs.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";

const EACH = { all: true };

test("a job that was closed under another id, and that a person sets back, is judged anew once", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", { "External Job ID": null });
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	await post(bench, `job_id=${job.id}`, body);
	await bench.drain.once();
	bench.airtable.set("Jobs", job.id, { "External Job ID": ncaId() });
	bench.clock.advance(HOUR);
	bench.airtable.set("Jobs", job.id, { Status: "processing" });

	for (let round = 0; round < 3; round += 1) {
		await bench.poll.round(EACH);
		bench.clock.advance(MINUTE);
	}

	expect(bench.said("job set back, judged anew")).toHaveLength(1);
});

test("a completion of the next run does not speak of another hand's failure where the failure was ours", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
	await bench.drain.once();
	const next = ncaId();
	bench.airtable.set("Jobs", job.id, { "External Job ID": next });
	const url = bench.spaces.put(`${next}_output_0.mp4`, 10);

	await post(bench, `job_id=${job.id}`, composeSuccess(job.id, next, url));
	await bench.drain.once();

	expect(payloadOf(bench, job.id).nca_job_id).toBe(next);
	expect(bench.airtable.get("Jobs", job.id).Notes).toContain(
		"instead of another run",
	);
});

test("a job that was closed under another SPACES_BASE_URL, and is set back, is closed by the file that is there", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	bench.airtable.set("Jobs", job.id, {
		"Response Payload": JSON.stringify({
			outcome: "completed",
			via: "webhook",
			nca_job_id: job.ncaJobId,
			output_url: null,
			output_urls: [`https://old.example/phi-bucket/${job.file}`],
			settled_at: new Date(bench.clock.now()).toISOString(),
		}),
	});

	await bench.poll.round(EACH);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(payloadOf(bench, job.id).output_url).toContain(bench.spaces.base);
});
