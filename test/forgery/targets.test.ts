import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import {
	closedJob,
	comeTrue,
	recordsOf,
	settleAll,
	WEBHOOK_SECRET,
} from "./attack.ts";

const FIELD = "Voiceover + Video";
/** What a record says that names no target. */
const NAMELESS = { "Related Segment Video": null };

/** The webhook of a job, its file in Spaces, with a target that its token does not cover. */
function aim(bench: SetUp, job: TestJob, targetId: string, failed = false) {
	const url = bench.spaces.put(job.file, 10);
	const token = tokenFor(WEBHOOK_SECRET, job.id, "combine");
	const body = failed
		? composeFailure(job.id, job.ncaJobId)
		: composeSuccess(job.id, job.ncaJobId, url);
	const query = `job_id=${job.id}&operation=combine&target_id=${targetId}`;
	return post(bench, `${query}&token=${token}`, body).expect(200);
}

async function start() {
	const bench = await setUp({ WEBHOOK_SECRET });
	const mine = makeJob(bench, "combine", NAMELESS, 6 * MINUTE);
	const other = makeJob(bench, "combine");
	return { bench, mine, other };
}

describe("a target that only the webhook names", () => {
	test("is taken while it is empty and nobody's", async () => {
		const { bench, mine } = await start();

		await aim(bench, mine, mine.targetId);
		await bench.drain.once();

		const target = bench.airtable.get("Segments", mine.targetId);
		expect(target[FIELD]).toMatchObject([{ filename: mine.file }]);
	});

	test.each([false, true])(
		"is left where another job was closed for it (failed: %s)",
		async (failed) => {
			const { bench, mine, other } = await start();
			await closedJob(bench, other);
			const before = recordsOf(bench, [other]);

			await aim(bench, mine, other.targetId, failed);
			await settleAll(bench);

			expect(recordsOf(bench, [other])).toEqual(before);
		},
	);

	test.each([false, true])(
		"is left where another job is known to be made for it (failed: %s)",
		async (failed) => {
			const { bench, mine, other } = await start();
			await bench.poll.round();
			const before = recordsOf(bench, [other]);

			await aim(bench, mine, other.targetId, failed);
			await settleAll(bench);

			expect(recordsOf(bench, [other])).toEqual(before);
		},
	);

	test("is left where it holds a file, whoever made that", async () => {
		const { bench, mine, other } = await start();
		const held = [{ url: "https://files.example/a.mp4", filename: "a.mp4" }];
		bench.airtable.set("Segments", other.targetId, { [FIELD]: held });
		const before = recordsOf(bench, [other]);

		await aim(bench, mine, other.targetId);
		await settleAll(bench);

		expect(recordsOf(bench, [other])).toEqual(before);
	});

	test("is written all the same when the engine writes it into the record", async () => {
		const { bench, mine, other } = await start();
		await closedJob(bench, other);
		await aim(bench, mine, other.targetId);
		await bench.drain.once();

		const link = { "Related Segment Video": [other.targetId] };
		bench.airtable.set("Jobs", mine.id, link);
		bench.clock.advance(MINUTE);
		await bench.drain.once();

		const target = bench.airtable.get("Segments", other.targetId);
		expect(target[FIELD]).toMatchObject([{ filename: mine.file }]);
	});

	test("does not keep the job from it whose record names it", async () => {
		const { bench, mine, other } = await start();
		await aim(bench, mine, other.targetId);
		await bench.drain.once();

		await comeTrue(bench, other).expect(200);
		await bench.drain.once();

		const target = bench.airtable.get("Segments", other.targetId);
		expect(target[FIELD]).toMatchObject([{ filename: other.file }]);
	});

	test("is another no more once the job was closed for one", async () => {
		const bench = await setUp();
		const mine = makeJob(bench, "combine", NAMELESS);
		const other = makeJob(bench, "combine");
		await succeed(bench, mine, `job_id=${mine.id}&target_id=${mine.targetId}`);
		await bench.drain.once();
		bench.airtable.set("Jobs", mine.id, { Status: "processing" });
		const before = recordsOf(bench, [other]);

		const words = { code: 200, id: mine.id, response: [] };
		const query = `job_id=${mine.id}&operation=combine`;
		await post(bench, `${query}&target_id=${other.targetId}`, words);
		await bench.drain.once();

		expect(recordsOf(bench, [other])).toEqual(before);
		expect(bench.airtable.get("Jobs", mine.id).Status).toBe("completed");
	});
});
