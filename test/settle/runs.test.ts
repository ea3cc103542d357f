import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import {
	makeJob,
	ncaId,
	payloadOf,
	post,
	type TestJob,
	waitOut,
} from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";

const WEBHOOK_SECRET = "a secret that is long enough";

/** Posts with the token that the engine put into the URL. */
function postProved(bench: SetUp, job: TestJob, body: unknown) {
	const token = tokenFor(WEBHOOK_SECRET, job.id, "combine");
	return post(bench, `job_id=${job.id}&operation=combine&token=${token}`, body);
}

function statusOf({ airtable }: SetUp, job: TestJob) {
	return airtable.get("Jobs", job.id).Status;
}

describe("a job that was submitted twice", () => {
	test("a proved failure of the run that its record does not name is written under its own id, and gives way to the other's success", async () => {
		const bench = await setUp({ WEBHOOK_SECRET });
		const job = makeJob(bench, "combine");
		const other = ncaId();
		await postProved(bench, job, composeFailure(job.id, other));
		await bench.drain.once();
		expect(statusOf(bench, job)).toBe("failed");
		expect(payloadOf(bench, job.id).nca_job_id).toBe(other);

		const url = bench.spaces.put(job.file, 10);
		await postProved(bench, job, composeSuccess(job.id, job.ncaJobId, url));
		await bench.drain.once();

		expect(statusOf(bench, job)).toBe("completed");
		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combined",
		);
	});

	test.each([true, false])(
		"a failure that is faster than the engine's write of its id waits for it (proved: %s)",
		async (proved) => {
			const bench = await setUp(proved ? { WEBHOOK_SECRET } : {});
			const job = makeJob(bench, "combine");
			const send = (body: unknown) =>
				proved
					? postProved(bench, job, body)
					: post(bench, `job_id=${job.id}`, body);
			const url = bench.spaces.put(job.file, 10);
			await send(composeSuccess(job.id, job.ncaJobId, url));
			await bench.drain.once();
			const again = ncaId();
			await send(composeFailure(job.id, again));
			await bench.drain.once();
			expect(statusOf(bench, job)).toBe("completed");

			bench.airtable.set("Jobs", job.id, {
				"External Job ID": again,
				Status: "processing",
			});
			bench.clock.advance(MINUTE);
			await bench.drain.once();

			expect(statusOf(bench, job)).toBe("failed");
			expect(payloadOf(bench, job.id).nca_job_id).toBe(again);
		},
	);
});

test("the success of the run that a record bears takes the place of another's file", async () => {
	const bench = await setUp({ WEBHOOK_SECRET });
	const job = makeJob(bench, "combine");
	const other = ncaId();
	const theirs = bench.spaces.put(`${other}_output_0.mp4`, 10);
	await postProved(bench, job, composeSuccess(job.id, other, theirs));
	await bench.drain.once();

	const url = bench.spaces.put(job.file, 10);
	await postProved(bench, job, composeSuccess(job.id, job.ncaJobId, url));
	await bench.drain.once();

	const held = bench.airtable.get("Segments", job.targetId);
	expect(held["Voiceover + Video"]).toMatchObject([{ filename: job.file }]);
	expect(payloadOf(bench, job.id).nca_job_id).toBe(job.ncaJobId);
});

describe("a job that is set back to processing", () => {
	async function failedThenSetBack() {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		bench.spaces.put(job.file, 10);
		return { bench, job };
	}

	test("soon, by the engine: it is closed again, as it was", async () => {
		const { bench, job } = await failedThenSetBack();

		await bench.poll.round({ all: true });
		await bench.drain.once();

		expect(statusOf(bench, job)).toBe("failed");
		expect(payloadOf(bench, job.id)).toMatchObject({ via: "webhook" });
	});

	test("later, by a person: it is judged anew", async () => {
		const { bench, job } = await failedThenSetBack();
		bench.clock.advance(20 * MINUTE);

		await bench.poll.round({ all: true });
		await bench.drain.once();

		expect(statusOf(bench, job)).toBe("completed");
	});
});

describe("what is newest for a target", () => {
	/** Two jobs whose records name no target: the webhooks do. */
	async function twoWithoutTarget() {
		const bench = await setUp();
		const url = (job: TestJob) => ({
			"Webhook URL": `https://engine.example/webhooks/nca-toolkit?job_id=${job.id}&operation=image_zoom`,
		});
		const older = makeJob(bench, "image_zoom", {}, 20 * MINUTE);
		const newer = makeJob(bench, "image_zoom", {}, 10 * MINUTE);
		for (const job of [older, newer])
			bench.airtable.set("Jobs", job.id, url(job));
		const send = (job: TestJob) => {
			const file = bench.spaces.put(job.file, 10);
			return post(
				bench,
				`job_id=${job.id}&target_id=${older.targetId}`,
				composeSuccess(job.id, job.ncaJobId, file),
			);
		};
		const held = () => bench.airtable.get("Segments", older.targetId).Video;
		return { bench, older, newer, send, held };
	}

	test("is remembered when a later look at the record does not say it", async () => {
		const { bench, older, newer, send, held } = await twoWithoutTarget();
		await send(newer);
		await bench.drain.once();
		await bench.poll.check(newer.id);

		await send(older);
		await bench.drain.once();

		expect(held()).toMatchObject([{ filename: newer.file }]);
	});

	test("is the newest of a batch too, whichever came first", async () => {
		const { bench, older, newer, send, held } = await twoWithoutTarget();
		await send(newer);
		await send(older);

		await bench.drain.once();

		expect(held()).toMatchObject([{ filename: newer.file }]);
	});

	test("is no matter for a webhook that is not believed", async () => {
		const { bench, older, newer, send, held } = await twoWithoutTarget();
		await post(
			bench,
			`job_id=${newer.id}&target_id=${older.targetId}`,
			composeFailure(newer.id, ncaId()),
		);
		await bench.drain.once();

		await send(older);
		await bench.drain.once();

		expect(held()).toMatchObject([{ filename: older.file }]);
	});
});

describe("a token", () => {
	test("proves nothing for another job than the one it was made for", async () => {
		const bench = await setUp({ WEBHOOK_SECRET });
		const job = makeJob(bench, "combine");
		const token = tokenFor(WEBHOOK_SECRET, "42", "combine");

		await post(
			bench,
			`job_id=42&operation=combine&token=${token}`,
			composeFailure(job.id, ncaId()),
		).expect(200);
		await waitOut(bench, 6 * MINUTE);

		expect(statusOf(bench, job)).toBe("processing");
	});
});
