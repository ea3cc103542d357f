import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, payloadOf, post, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import { goOn, makeDone, roundOf, statusOf, writes } from "./rounds.ts";

type Bench = Awaited<ReturnType<typeof setUpWithNca>>;

/** Where the job's file would stand, by a name that nobody would guess. */
function oddFile({ spaces }: Bench, { ncaJobId }: TestJob) {
	const name = `${ncaJobId}_output_0.mov`;
	return { name, url: `${spaces.base}/${name}` };
}

describe("a job that NCA says is done", () => {
	test("is completed by the file that it names, whatever its name", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const { name, url } = oddFile(bench, job);
		bench.spaces.put(name, 10);
		bench.nca.say(
			job.ncaJobId,
			"done",
			composeSuccess(job.id, job.ncaJobId, url),
		);

		const report = await roundOf(bench);

		const why = `NCA says done: ${name}: 10 bytes`;
		expect(report.jobs).toEqual([
			{ job_id: job.id, verdict: "recovered", why },
		]);
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "completed",
			via: "nca_status",
			nca_job_id: job.ncaJobId,
			output_url: url,
		});
		expect(bench.airtable.get("Segments", job.targetId)).toMatchObject({
			Status: "combined",
			"Voiceover + Video": [{ filename: name }],
		});
	});

	test("and whose webhook comes after all, is confirmed by it", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const { name, url } = oddFile(bench, job);
		bench.spaces.put(name, 10);
		const body = composeSuccess(job.id, job.ncaJobId, url);
		bench.nca.say(job.ncaJobId, "done", body);
		await roundOf(bench);
		const before = writes(bench);

		const { body: answer } = await post(bench, `job_id=${job.id}`, body);
		await bench.drain.once();

		const delivery = await bench.inbox.get(answer.delivery_id);
		expect(delivery).toMatchObject({ state: "done", reason: "confirming" });
		expect(writes(bench)).toBe(before);
		expect(payloadOf(bench, job.id).via).toBe("nca_status");
	});

	test.each<[string, string, (bench: Bench, job: TestJob) => unknown]>([
		[
			"whose file is not there",
			"HEAD 403",
			(bench, job) => [{ file_url: oddFile(bench, job).url }],
		],
		[
			"whose file is under another host",
			"not under SPACES_BASE_URL",
			(_bench, job) => [{ file_url: `https://a.example/${job.file}` }],
		],
		[
			"whose file does not bear its id",
			"does not bear its id",
			({ spaces }) => [{ file_url: spaces.put("another.mp4", 10) }],
		],
		["that names no file", "names no file", () => "a transcript"],
		["that names nothing", "names no file", () => []],
		[
			"of whose files one is missing",
			"HEAD 403",
			(bench, job) => [
				{ file_url: bench.spaces.put(oddFile(bench, job).name, 10) },
				{ file_url: `${bench.spaces.base}/${job.ncaJobId}_output_1.mp4` },
			],
		],
	])(
		"is neither completed nor ever given up, %s",
		async (_what, said, response) => {
			const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "1" });
			makeDone(bench);
			const job = makeJob(bench, "combine");
			bench.nca.say(job.ncaJobId, "done", {
				...composeSuccess(job.id, job.ncaJobId, ""),
				response: response(bench, job),
			});
			const first = await bench.poll.round();

			const failed = await goOn(bench, 5 * HOUR);
			const last = await roundOf(bench, { all: true, giveUp: true });

			const of = (jobs: typeof last.jobs) =>
				jobs.find(({ job_id }) => job_id === job.id);
			expect(of(first.jobs)?.why).toContain("NCA says done, but ");
			expect(of(first.jobs)?.why).toContain(said);
			expect(of(last.jobs)?.verdict).toBe("waiting");
			expect(failed).toBe(0);
			expect(statusOf(bench, job)).toBe("processing");
			const parked = await bench.inbox.list({ state: "parked", limit: 9 });
			expect(parked.filter(({ task }) => task === "outcome")).toEqual([]);
		},
	);

	test("is left where the answer is of another run", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const { name, url } = oddFile(bench, job);
		bench.spaces.put(name, 10);
		bench.nca.say(job.ncaJobId, "done", composeSuccess(job.id, ncaId(), url));

		const report = await roundOf(bench);

		expect(report.jobs[0]?.why).toContain("NCA answered of another job");
		expect(statusOf(bench, job)).toBe("processing");
	});
});

describe("a job that NCA says has failed", () => {
	test("is failed with NCA's own message", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const body = composeFailure(job.id, job.ncaJobId);
		bench.nca.say(job.ncaJobId, "done", body);

		const report = await roundOf(bench);

		expect(report).toMatchObject({ checked: 1, failed: 1 });
		expect(report.jobs[0]?.why).toContain("No such filter: 'tpadd'");
		const record = bench.airtable.get("Jobs", job.id);
		expect(record.Status).toBe("failed");
		expect(record["Error Details"]).toContain("No such filter: 'tpadd'");
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "failed",
			via: "nca_status",
		});
		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combination_failed",
		);
	});

	test.each([
		["since its queue was full", "done", 429, "MAX_QUEUE_LENGTH (3) reached"],
		[
			"since Cloud Run did not start it",
			"failed",
			500,
			"GCP Cloud Run Job trigger failed: denied",
		],
	] as const)("%s, likewise", async (_what, state, code, message) => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const { id, ncaJobId: job_id } = job;
		bench.nca.say(job_id, state, { code, id, job_id, message });

		await roundOf(bench);

		expect(bench.airtable.get("Jobs", id)).toMatchObject({
			Status: "failed",
			"Error Details": message,
		});
	});

	test("is not asked about again while that is on its way to Airtable", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const body = composeFailure(job.id, job.ncaJobId);
		bench.nca.say(job.ncaJobId, "done", body);
		await bench.poll.round();
		bench.clock.advance(2 * MINUTE);

		await bench.poll.round();

		expect(bench.nca.asked).toHaveLength(1);
		expect(await bench.inbox.list({ limit: 9 })).toHaveLength(1);
	});
});
