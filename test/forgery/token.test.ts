import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { hmac } from "../../src/secret.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, type TestJob, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, START, setUp } from "../set-up.ts";
import {
	closedJob,
	comeTrue,
	recordsOf,
	settleAll,
	signatureOf,
	trueQuery,
	WEBHOOK_SECRET,
} from "./attack.ts";

const env = { WEBHOOK_SECRET };

/** The holder of the first one's token, and a job that is another's. */
async function twoJobs() {
	const bench = await setUp(env);
	const [mine, other] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
	const token = tokenFor(WEBHOOK_SECRET, mine.id, "combine");
	return { bench, mine, other, token };
}

type Two = { mine: TestJob; other: TestJob; token: string };

describe("with the token of one job nobody touches another", () => {
	test.each<[string, (two: Two) => string]>([
		[
			"its id in the body",
			({ mine, token }) => `job_id=${mine.id}&operation=combine&token=${token}`,
		],
		[
			"its id in the query",
			({ other, token }) =>
				`job_id=${other.id}&operation=combine&token=${token}`,
		],
		[
			"both ids in the query",
			({ mine, other, token }) =>
				`job_id=${mine.id}&job_id=${other.id}&operation=combine&token=${token}`,
		],
		[
			"the second under an escaped name",
			({ mine, other, token }) =>
				`job_id=${mine.id}&job%5Fid=${other.id}&operation=combine&token=${token}`,
		],
		[
			"the second as a list",
			({ mine, other, token }) =>
				`job_id=${mine.id}&job_id[]=${other.id}&operation=combine&token=${token}`,
		],
		[
			"the second in capitals",
			({ mine, other, token }) =>
				`job_id=${mine.id}&JOB_ID=${other.id}&operation=combine&token=${token}`,
		],
		[
			"an id with a blank behind it",
			({ mine, token }) =>
				`job_id=${mine.id}%20&operation=combine&token=${token}`,
		],
		[
			"two operations",
			({ mine, token }) =>
				`job_id=${mine.id}&operation=combine&operation=concatenate&token=${token}`,
		],
		[
			"the parts cut elsewhere",
			({ mine, token }) =>
				`job_id=${mine.id}:combine&operation=&token=${token}`,
		],
	])("%s", async (_how, queryOf) => {
		const { bench, mine, other, token } = await twoJobs();
		const before = recordsOf(bench, [other]);

		for (const body of [
			composeFailure(other.id, ncaId()),
			composeSuccess(other.id, ncaId(), `${bench.spaces.base}/${mine.file}`),
		])
			await post(bench, queryOf({ mine, other, token }), body);
		await settleAll(bench);

		expect(recordsOf(bench, [other])).toEqual(before);
	});

	test("nor has another's file attached to his own", async () => {
		const { bench, mine, other } = await twoJobs();
		await closedJob(bench, other);
		const before = recordsOf(bench, [mine]);
		const url = `${bench.spaces.base}/${other.file}`;

		const body = composeSuccess(mine.id, other.ncaJobId, url);
		await post(bench, trueQuery(bench, mine), body).expect(200);
		await settleAll(bench);

		expect(recordsOf(bench, [mine])).toEqual(before);
	});

	test("nor one that was there before his job, where the record bears another id", async () => {
		const { bench, mine } = await twoJobs();
		const id = ncaId();
		const url = bench.spaces.put(`${id}_output_0.mp4`, 10, START - HOUR);
		const before = recordsOf(bench, [mine]);

		await post(
			bench,
			trueQuery(bench, mine),
			composeSuccess(mine.id, id, url),
		).expect(200);
		await settleAll(bench);

		expect(recordsOf(bench, [mine])).toEqual(before);
	});

	test("though a file under an id that the engine was not told is Cloud Run's way", async () => {
		const { bench, mine } = await twoJobs();
		const id = ncaId();
		const url = bench.spaces.put(`${id}_output_0.mp4`, 10, START);

		await post(
			bench,
			trueQuery(bench, mine),
			composeSuccess(mine.id, id, url),
		).expect(200);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", mine.id).Status).toBe("completed");
	});

	test("nor is another's operation or target his: the record's word holds", async () => {
		const { bench, mine, other } = await twoJobs();
		const before = recordsOf(bench, [other]);
		const url = bench.spaces.put(mine.file, 10);
		const names = `job_id=${mine.id}&operation=image_zoom&target_id=${other.targetId}&video_id=${other.targetId}`;
		const token = tokenFor(WEBHOOK_SECRET, mine.id, "image_zoom");

		const body = {
			...composeSuccess(mine.id, mine.ncaJobId, url),
			operation: "image_zoom",
			target_id: other.targetId,
		};
		await post(bench, `${names}&token=${token}`, body).expect(200);
		await bench.drain.once();

		expect(recordsOf(bench, [other])).toEqual(before);
		const target = bench.airtable.get("Segments", mine.targetId);
		expect(target["Voiceover + Video"]).toMatchObject([
			{ filename: mine.file },
		]);
		expect(target.Video).toBeUndefined();
	});
});

describe("a signature is of one body", () => {
	test.each<[string, (two: Two) => string]>([
		["another job", ({ other }) => `job_id=${other.id}`],
		[
			"another job, target and operation",
			({ mine, other }) =>
				`job_id=${other.id}&operation=concatenate&target_id=${mine.targetId}`,
		],
		[
			"another target",
			({ mine, other }) => `job_id=${mine.id}&target_id=${other.targetId}`,
		],
	])("and does nothing to others in the query of %s", async (_of, queryOf) => {
		const { bench, mine, other, token } = await twoJobs();
		const url = bench.spaces.put(mine.file, 10);
		const before = recordsOf(bench, [other]);

		const body = JSON.stringify(composeSuccess(mine.id, mine.ncaJobId, url));
		const again = JSON.stringify(composeFailure(mine.id, mine.ncaJobId));
		for (const bytes of [body, again])
			await post(bench, queryOf({ mine, other, token }), bytes)
				.set("X-NCA-Signature", signatureOf(bytes))
				.expect(200);
		await settleAll(bench);

		expect(recordsOf(bench, [other])).toEqual(before);
	});

	test("not of other bytes, nor of the same with another secret", async () => {
		const { bench, mine } = await twoJobs();
		const body = JSON.stringify(composeFailure(mine.id, mine.ncaJobId));
		const given = [
			signatureOf(`${body} `),
			signatureOf(body, "the secret before the last, long over"),
			signatureOf(body).toUpperCase(),
			signatureOf(body).slice(0, -1),
			`${signatureOf(body)}0`,
			`sha256=${signatureOf(body)}`,
		];

		for (const signature of given)
			await post(bench, `job_id=${mine.id}`, body)
				.set("X-NCA-Signature", signature)
				.expect(401);
	});
});

describe("of the secrets", () => {
	const PREVIOUS = "the secret of yesterday, and not of today";
	const OLDER = "the secret before the last, long over";

	test.each([
		["the one of today", WEBHOOK_SECRET, 200],
		["the one before it", PREVIOUS, 200],
		["an older one", OLDER, 401],
		["none at all", "", 401],
	])("%s is answered %s", async (_which, secret, status) => {
		const bench = await setUp({ ...env, WEBHOOK_SECRET_PREVIOUS: PREVIOUS });
		const job = makeJob(bench, "combine");
		const token = hmac(secret, `${job.id}:combine`);
		const query = `job_id=${job.id}&operation=combine&token=${token}`;

		await post(bench, query, composeFailure(job.id, ncaId())).expect(status);
		await bench.drain.once();

		const { Status } = bench.airtable.get("Jobs", job.id);
		expect(Status).toBe(status === 200 ? "failed" : "processing");
	});

	test("one good proof is enough, whatever stands beside it", async () => {
		const { bench, mine, token } = await twoJobs();
		const body = JSON.stringify(composeFailure(mine.id, mine.ncaJobId));
		const names = `job_id=${mine.id}&operation=combine`;

		await post(bench, `${names}&token=${token}`, body)
			.set("X-NCA-Signature", "0".repeat(64))
			.expect(200);
		await post(bench, `${names}&token=wrong`, `${body} `)
			.set("X-NCA-Signature", signatureOf(`${body} `))
			.expect(200);
	});
});

test("what is refused keeps nothing from the same when it comes with its proof", async () => {
	const { bench, mine } = await twoJobs();
	const url = `${bench.spaces.base}/${mine.file}`;
	const body = composeSuccess(mine.id, mine.ncaJobId, url);
	await post(bench, `job_id=${mine.id}&operation=combine`, body).expect(401);
	await waitOut(bench, MINUTE);

	const { body: answer } = await comeTrue(bench, mine);
	await bench.drain.once();

	expect(answer.status).toBe("accepted");
	expect(bench.airtable.get("Jobs", mine.id).Status).toBe("completed");
});
