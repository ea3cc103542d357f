import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, succeed, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp, setUpWithNca } from "../set-up.ts";
import { roundOf, storeOf } from "./rounds.ts";

async function announce({ url }: SetUp, job: TestJob, operation = "combine") {
	await request(url).post("/jobs/expected").send({ job_id: job.id, operation });
}

/** What `/status` says of each operation. */
async function operations({ url }: SetUp) {
	return (await request(url).get("/status")).body.operations;
}

/** A job that was announced as it was made, now. */
async function announced(operation: "combine" | "concatenate" = "combine") {
	const bench = await setUp();
	const job = makeJob(bench, operation, {}, 0);
	await announce(bench, job, operation);
	return { bench, job };
}

const NONE = {
	operation: "combine",
	expected: 1,
	arrived: 0,
	late: 0,
	average_late_seconds: null,
	never_arrived: 0,
	p50_seconds: null,
	p99_seconds: null,
};

describe("of an operation's webhooks it is known how many", () => {
	test("are expected", async () => {
		const { bench } = await announced();

		expect(await operations(bench)).toEqual([NONE]);
	});

	test("arrived in time", async () => {
		const { bench, job } = await announced();
		bench.clock.advance(5 * MINUTE - 1000);

		await succeed(bench, job);
		await bench.drain.once();

		expect(await operations(bench)).toMatchObject([
			{ expected: 1, arrived: 1, late: 0, average_late_seconds: null },
		]);
	});

	test("were late, and by how much", async () => {
		const { bench, job } = await announced();
		const other = makeJob(bench, "combine", {}, 0);
		await announce(bench, other);
		bench.clock.advance(6 * MINUTE);
		await succeed(bench, job);
		bench.clock.advance(2 * MINUTE);
		await succeed(bench, other);
		await bench.drain.once();

		const [figures] = await operations(bench);

		expect(figures).toMatchObject({ expected: 2, arrived: 2, late: 2 });
		expect(figures.average_late_seconds).toBeCloseTo(120, 0);
		const { body } = await request(bench.url).get("/status");
		expect(body.recovery.late_webhooks).toBe(2);
	});

	test("have not come for a day", async () => {
		const { bench, job } = await announced();
		bench.spaces.put(job.file, 10);
		bench.clock.advance(6 * MINUTE);
		await roundOf(bench);
		bench.clock.advance(24 * HOUR - 7 * MINUTE);

		const before = await operations(bench);
		bench.clock.advance(2 * MINUTE);
		const after = await operations(bench);

		expect(before).toMatchObject([{ arrived: 0, never_arrived: 0 }]);
		expect(after).toMatchObject([{ arrived: 0, never_arrived: 1 }]);
	});

	test("came after all, though polling had closed the job", async () => {
		const { bench, job } = await announced();
		bench.spaces.put(job.file, 10);
		bench.clock.advance(6 * MINUTE);
		await roundOf(bench);

		await succeed(bench, job);
		await bench.drain.once();

		expect(await operations(bench)).toMatchObject([
			{ expected: 1, arrived: 1, late: 1 },
		]);
	});

	test("said that the job had failed", async () => {
		const { bench, job } = await announced();

		await post(bench, "", composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect(await operations(bench)).toMatchObject([{ arrived: 1 }]);
	});

	test("are expected since the job was made, where a round found it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {}, 9 * MINUTE);
		await roundOf(bench);

		await succeed(bench, job);
		await bench.drain.once();

		const [figures] = await operations(bench);
		expect(figures).toMatchObject({ expected: 1, arrived: 1, late: 1 });
		expect(figures.average_late_seconds).toBeCloseTo(4 * 60, 0);
	});
});

test("each operation has its own figures, and those without a target one of all", async () => {
	const { bench } = await announced("concatenate");
	const other = makeJob(bench, "combine", {
		"Webhook URL":
			"https://engine.example/webhooks/nca-toolkit?operation=caption",
	});

	await roundOf(bench);

	expect(other.id).not.toBe("");
	expect(await operations(bench)).toMatchObject([
		{ operation: "concatenate", expected: 1 },
		{ operation: "other", expected: 1 },
	]);
});

test("a webhook is counted once, whether it was announced, found, repeated or named late", async () => {
	const { bench, job } = await announced();
	await announce(bench, job);
	bench.clock.advance(6 * MINUTE);
	await roundOf(bench);
	const url = bench.spaces.put(job.file, 10);
	for (const id of [job.id, null])
		await post(
			bench,
			`job_id=${job.id}`,
			composeSuccess(id, job.ncaJobId, url),
		);
	await bench.drain.once();

	expect(await operations(bench)).toMatchObject([{ expected: 1, arrived: 1 }]);
});

test("a stranger's webhook under another run is not the one that is expected", async () => {
	const { bench, job } = await announced();

	await post(bench, `job_id=${job.id}`, composeFailure(job.id, ncaId()));
	await bench.drain.once();

	expect(await operations(bench)).toMatchObject([{ expected: 1, arrived: 0 }]);
});

test("what NCA says when it is asked is no webhook, but tells how long the job took", async () => {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine");
	const body = composeFailure(job.id, job.ncaJobId);
	const times = { queue_time: 3, run_time: 4 };
	bench.nca.say(job.ncaJobId, "done", { ...body, ...times });

	await roundOf(bench);

	expect(await operations(bench)).toMatchObject([
		{ expected: 1, arrived: 0, p50_seconds: 7, p99_seconds: 7 },
	]);
});

test.each([
	[1, 1, 1],
	[2, 1, 2],
	[5, 3, 5],
	[10, 5, 10],
	[60, 30, 60],
	[101, 51, 100],
])(
	"of %i jobs that took 1, 2, 3… seconds in NCA's queue and at work, half took %i and 99 in 100 took %i at most",
	async (count, p50, p99) => {
		const bench = await setUp();
		for (let nth = 0; nth < count; nth += 1) {
			const { id, ncaJobId } = makeJob(bench, "combine");
			// In no order: 7 and the counts have no common divisor.
			const seconds = ((nth * 7) % count) + 1;
			const body = composeFailure(id, ncaJobId);
			const times = { queue_time: seconds / 2, run_time: seconds / 2 };
			await post(bench, "", { ...body, ...times });
		}
		await bench.drain.once();

		expect(await operations(bench)).toMatchObject([
			{ arrived: count, p50_seconds: p50, p99_seconds: p99 },
		]);
	},
);

test("how often a webhook's job was looked for is remembered with it", async () => {
	const { bench } = await announced();

	for (let times = 0; times < 3; times += 1) {
		bench.clock.advance(6 * MINUTE);
		await roundOf(bench);
	}

	expect(storeOf(bench).expected).toMatchObject([{ attempts: 3 }]);
});

test("figures are of the last RETENTION_DAYS", async () => {
	const { bench } = await announced();

	bench.clock.advance(7 * 24 * HOUR + 1000);

	expect(await operations(bench)).toEqual([]);
});
