import { expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../../bodies.ts";
import { makeJob, ncaId, post, waitOut } from "../../jobs.ts";
import { MINUTE, type SetUp } from "../../set-up.ts";
import { setUpMailed } from "./program.ts";

/** Everything of a known job that somebody could make up who knows no more than its record's id. */
async function forge(bench: SetUp, jobId: string) {
	const { base } = bench.spaces;
	const other = ncaId();
	const posts = [
		"{",
		"null",
		"x".repeat(1000),
		{ "<script>": "alert(1)" },
		composeSuccess(jobId, other, `${base}/${other}_output_0.mp4`),
		composeSuccess(jobId, other, "https://evil.example/x.mp4"),
		composeSuccess(jobId, "../x", `${base}/../x.mp4`),
		composeFailure(jobId, other),
		composeSuccess("recUNKNOWN0000001", other, `${base}/${other}.mp4`),
		composeFailure("recUNKNOWN0000002", other),
		composeSuccess(null, other, `${base}/${other}_output_0.mp4`),
	];
	for (const body of posts)
		for (let times = 0; times < 5; times += 1)
			await post(bench, `job_id=${jobId}&n=${times}`, body);
}

test("what strangers make up mails nobody", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine", {}, MINUTE);
	await bench.poll.round({ olderThanMs: 0 });

	await forge(bench, job.id);
	for (let minute = 0; minute < 12; minute += 1) {
		await waitOut(bench, MINUTE);
		await bench.alerts.look();
	}

	const { parked } = await bench.inbox.depth();
	expect(parked).toBeGreaterThan(10);
	expect(bench.smtp.subjects()).toEqual([]);
	expect(bench.said("alert opened")).toEqual([]);
});

test("nor does it where proof is demanded", async () => {
	const bench = await setUpMailed({
		WEBHOOK_SECRET: "a secret that is long enough",
	});
	const job = makeJob(bench, "combine", {}, MINUTE);
	await bench.poll.round({ olderThanMs: 0 });

	await forge(bench, job.id);
	await waitOut(bench, MINUTE);
	await bench.alerts.look();

	expect(bench.smtp.subjects()).toEqual([]);
});

test("what strangers send hides no success of a known job that cannot be proved", async () => {
	const bench = await setUpMailed();
	const job = makeJob(bench, "combine", {}, MINUTE);
	const url = `${bench.spaces.base}/${job.file}`;
	await post(bench, "", composeSuccess(job.id, job.ncaJobId, url));
	for (let times = 0; times < 5; times += 1) await forge(bench, job.id);

	await waitOut(bench, 6 * MINUTE);

	expect(await bench.mailed("delivery buried")).toEqual(["opened"]);
});
