import { describe, expect, test } from "vitest";
import {
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../bodies.ts";
import { makeJob, ncaId, post, type TestJob, waitOut } from "../jobs.ts";
import { MINUTE, setUpWithNca } from "../set-up.ts";
import {
	type Bench,
	closedJob,
	comeTrue,
	recordsOf,
	SETTINGS,
	settleAll,
} from "./attack.ts";

/** What a stranger may know: records and operations; and of a job that is over, all that its file's name tells. */
type Known = { job: TestJob; old: TestJob; bench: Bench };
type Attack = (known: Known) => { query?: string; body: unknown };

const fileOf = ({ spaces }: Bench, name: string) => `${spaces.base}/${name}`;

const ATTACKS: [string, Attack][] = [
	[
		"a success under an id of his own",
		({ job, bench }) => {
			const id = ncaId();
			const url = fileOf(bench, `${id}_output_0.mp4`);
			return { body: composeSuccess(job.id, id, url) };
		},
	],
	[
		"a success with another job's file and id",
		({ job, old, bench }) => ({
			body: composeSuccess(job.id, old.ncaJobId, fileOf(bench, old.file)),
		}),
	],
	[
		"a success with another job's file and no id",
		({ job, old, bench }) => ({
			body: { code: 200, id: job.id, response: fileOf(bench, old.file) },
		}),
	],
	[
		"a success with another job's file, in the older words",
		({ job, old, bench }) => ({
			body: {
				status: "completed",
				id: job.id,
				output_url: fileOf(bench, old.file),
			},
		}),
	],
	[
		"a success of an operation whose files have any name",
		({ job, old, bench }) => ({
			query: `job_id=${job.id}&operation=caption`,
			body: concatenateSuccess(job.id, ncaId(), fileOf(bench, old.file)),
		}),
	],
	[
		"a success that names no file",
		({ job }) => ({ body: { code: 200, id: job.id, response: [] } }),
	],
	[
		"a failure under an id of his own",
		({ job }) => ({ body: composeFailure(job.id, ncaId()) }),
	],
	[
		"a failure under another job's id",
		({ job, old }) => ({ body: composeFailure(job.id, old.ncaJobId) }),
	],
	[
		"a failure without an id",
		({ job }) => ({ body: { code: 500, id: job.id, message: "<b>no</b>" } }),
	],
	[
		"a failure that says it is of the poller's",
		({ job }) => ({
			query: `job_id=${job.id}&via=timeout&proof=own&task=reopen`,
			body: {
				...composeFailure(job.id, ncaId()),
				via: "timeout",
				proof: "own",
				task: "reopen",
			},
		}),
	],
	[
		"a success that names a target of his choice",
		({ job, old, bench }) => ({
			query: `job_id=${job.id}&operation=image_zoom&target_id=${old.targetId}`,
			body: composeSuccess(job.id, old.ncaJobId, fileOf(bench, old.file)),
		}),
	],
	[
		"two jobs in the query",
		({ job, old, bench }) => ({
			query: `job_id=${old.id}&job_id=${job.id}`,
			body: composeSuccess(job.id, old.ncaJobId, fileOf(bench, old.file)),
		}),
	],
];

describe.each(SETTINGS)("%s, a stranger", (_setting, env) => {
	test.each(ATTACKS)(
		"changes nothing with %s, and keeps nothing from the true webhook",
		async (_what, attack) => {
			const bench = await setUpWithNca(env);
			const old = await closedJob(bench, makeJob(bench, "combine"));
			const job = makeJob(bench, "combine");
			const before = recordsOf(bench, [job, old]);
			const { query = `job_id=${job.id}`, body } = attack({ job, old, bench });

			await post(bench, query, body);
			await settleAll(bench);
			const between = recordsOf(bench, [job, old]);
			await comeTrue(bench, job).expect(200);
			await bench.drain.once();

			expect(between).toEqual(before);
			const [after] = recordsOf(bench, [job]);
			expect(after?.job.Status).toBe("completed");
			expect(after?.target["Voiceover + Video"]).toMatchObject([
				{ filename: job.file },
			]);
		},
	);

	test("cannot fail or reopen a job that is closed", async () => {
		const bench = await setUpWithNca(env);
		const job = await closedJob(bench, makeJob(bench, "combine"));
		const before = recordsOf(bench, [job]);

		for (const body of [
			composeFailure(job.id, ncaId()),
			composeFailure(null, ncaId()),
			{ code: 500, id: job.id, message: "no" },
			{ status: "processing", id: job.id },
			{ code: 202, id: job.id, message: "processing" },
		])
			await post(bench, `job_id=${job.id}`, body);
		await settleAll(bench);

		expect(recordsOf(bench, [job])).toEqual(before);
	});

	test("does not shadow the true webhook as a repeat, whatever came before it", async () => {
		const bench = await setUpWithNca(env);
		const job = makeJob(bench, "combine");
		const query = `job_id=${job.id}&operation=combine`;
		const url = `${bench.spaces.base}/${job.file}`;
		const guess = composeSuccess(job.id, ncaId(), url);
		for (const body of [guess, { ...guess, code: 202 }, [guess], "not JSON"])
			await post(bench, query, body);
		await post(bench, query, guess).set("Content-Encoding", "gzip");
		await settleAll(bench);

		const { body: answer } = await comeTrue(bench, job);
		await bench.drain.once();

		expect(answer.status).toBe("accepted");
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});

	test("does not keep the true webhook from its turn by many others of the same job", async () => {
		const bench = await setUpWithNca(env);
		const job = makeJob(bench, "combine");
		const junk = Array.from({ length: 250 }, () =>
			composeFailure(job.id, ncaId()),
		);
		await Promise.all(
			junk.map((body) => post(bench, `job_id=${job.id}`, body)),
		);
		await bench.drain.once();

		await comeTrue(bench, job).expect(200);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		await waitOut(bench, 6 * MINUTE);
		expect(bench.airtable.get("Jobs", job.id)["Error Details"]).toBeFalsy();
	});

	test("teaches the ledger nothing", async () => {
		const bench = await setUpWithNca(env);
		const old = await closedJob(bench, makeJob(bench, "combine"));
		const job = makeJob(bench, "combine");
		await bench.poll.round({ dryRun: false });
		const history = async () =>
			(await bench.ledger.recall([job.id as never])).get(job.id as never);
		const before = await history();
		const told = await bench.ledger.expectations(job.id as never);
		const mine = ncaId();

		for (const body of [
			composeFailure(job.id, mine),
			{ ...composeSuccess(job.id, mine, ""), endpoint: "/v1/s3/upload" },
		])
			await post(
				bench,
				`job_id=${job.id}&operation=image_zoom&target_id=${old.targetId}`,
				body,
			);
		await waitOut(bench, 6 * MINUTE);

		expect(await history()).toEqual(before);
		expect(await bench.ledger.expectations(job.id as never)).toEqual(told);
		expect(await bench.ledger.jobOf(mine as never)).toBeNull();
	});
});
