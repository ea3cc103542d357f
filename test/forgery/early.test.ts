import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, type TestJob, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, START, setUp } from "../set-up.ts";
import {
	closedJob,
	comeTrue,
	recordsOf,
	SETTINGS,
	settleAll,
	trueQuery,
} from "./attack.ts";

/** A job of which the engine has not written NCA's id yet. */
function makeEarly(bench: SetUp): TestJob {
	return makeJob(bench, "combine", { "External Job ID": null }, MINUTE);
}

/** Names another's file in the words of the job's own webhook; where a secret is set, with the job's token. */
async function name(bench: SetUp, job: TestJob, id: string, file: string) {
	const body = composeSuccess(job.id, id, `${bench.spaces.base}/${file}`);
	const answer = await post(bench, trueQuery(bench, job), body).expect(200);
	return String(answer.body.delivery_id);
}

const reasonOf = async ({ inbox }: SetUp, id: string) =>
	(await inbox.get(id))?.reason;

describe.each(SETTINGS)(
	"%s, of a record that bears no id of NCA's",
	(_setting, env) => {
		test("the true webhook is believed by the name of its file", async () => {
			const bench = await setUp(env);
			const job = makeEarly(bench);
			const url = bench.spaces.put(job.file, 10, START);
			const body = composeSuccess(job.id, job.ncaJobId, url);

			await post(bench, trueQuery(bench, job), body);
			await bench.drain.once();

			expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		});

		test("the file of a job that was closed here is not taken for its own", async () => {
			const bench = await setUp(env);
			const old = await closedJob(bench, makeJob(bench, "combine"));
			bench.airtable.remove("Jobs", old.id);
			const job = makeEarly(bench);
			const before = recordsOf(bench, [job]);

			const id = await name(bench, job, old.ncaJobId, old.file);
			await settleAll(bench);

			expect(recordsOf(bench, [job])).toEqual(before);
			expect(await reasonOf(bench, id)).toBe("unproven");
		});

		test("nor is the file of a job that only Airtable knows", async () => {
			const bench = await setUp(env);
			const other = makeJob(bench, "combine", { Status: "completed" }, HOUR);
			bench.spaces.put(other.file, 10);
			const job = makeEarly(bench);
			const before = recordsOf(bench, [job, other]);

			const id = await name(bench, job, other.ncaJobId, other.file);
			await settleAll(bench);

			expect(recordsOf(bench, [job, other])).toEqual(before);
			expect(await reasonOf(bench, id)).toBe("unproven");
		});

		test("nor is a file that is older than the record, whoever made it", async () => {
			const bench = await setUp(env);
			const job = makeEarly(bench);
			const id = ncaId();
			bench.spaces.put(`${id}_output_0.mp4`, 10, START - HOUR);
			const before = recordsOf(bench, [job]);

			const delivery = await name(bench, job, id, `${id}_output_0.mp4`);
			await settleAll(bench);

			expect(recordsOf(bench, [job])).toEqual(before);
			expect(await reasonOf(bench, delivery)).toBe("unproven");
		});

		test("a file that a round has seen is no younger for that", async () => {
			const bench = await setUp(env);
			const job = makeEarly(bench);
			const gone = makeJob(bench, "combine");
			bench.spaces.put(gone.file, 10, START - HOUR);
			const { ledger, spaces } = bench;
			await ledger.fileSeen(`${spaces.base}/${gone.file}`, 10, START);
			bench.airtable.remove("Jobs", gone.id);
			const before = recordsOf(bench, [job]);

			await name(bench, job, gone.ncaJobId, gone.file);
			await bench.drain.once();

			expect(recordsOf(bench, [job])).toEqual(before);
		});

		test("what was tried keeps nothing from the true webhook, which comes first, in between or last", async () => {
			const bench = await setUp(env);
			const old = await closedJob(bench, makeJob(bench, "combine"));
			const jobs = [makeEarly(bench), makeEarly(bench), makeEarly(bench)];
			const [first, between, last] = jobs as [TestJob, TestJob, TestJob];
			await comeTrue(bench, first);
			for (const job of jobs) await name(bench, job, old.ncaJobId, old.file);
			await comeTrue(bench, between);
			await waitOut(bench, 6 * MINUTE);
			await comeTrue(bench, last);
			await bench.drain.once();

			const held = recordsOf(bench, jobs).map(
				({ target }) => target["Voiceover + Video"],
			);
			expect(held).toMatchObject(jobs.map(({ file }) => [{ filename: file }]));
		});
	},
);

test("closed by its webhook, a record that bears no id takes no other's file in its place", async () => {
	const bench = await setUp();
	const job = await closedJob(bench, makeEarly(bench));
	const id = ncaId();
	bench.spaces.put(`${id}_output_0.mp4`, 10);
	const before = recordsOf(bench, [job]);

	const delivery = await name(bench, job, id, `${id}_output_0.mp4`);
	await settleAll(bench);

	expect(recordsOf(bench, [job])).toEqual(before);
	expect(await reasonOf(bench, delivery)).toBe("unproven");
});
