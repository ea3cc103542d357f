import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import {
	claimSuccess,
	makeJob,
	ncaId,
	post,
	succeed,
	waitOut,
} from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { buryNext, endings, newWrites, replay } from "./by-hand.ts";

describe("one recorded request is taken again", () => {
	test("that is done: nothing is written twice", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await succeed(bench, job);
		await bench.drain.once();
		const before = bench.airtable.get("Jobs", job.id);
		newWrites(bench);

		const answer = await replay(bench, body.delivery_id);
		await bench.drain.once();

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({
			delivery_id: body.delivery_id,
			status: "accepted",
		});
		expect(await endings(bench)).toEqual([["done", "confirming"]]);
		expect(newWrites(bench)).toEqual([]);
		expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
	});

	test("that was parked, and can be settled now", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await claimSuccess(bench, job);
		await waitOut(bench, 6 * MINUTE);
		const before = await endings(bench);
		bench.spaces.put(job.file, 10);

		await replay(bench, body.delivery_id).expect(202);
		await bench.drain.once();

		expect(before).toEqual([["parked", "unproven"]]);
		expect(await endings(bench)).toEqual([["done", "completed"]]);
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});

	test("that is parked again where it still cannot, after the same patience", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await post(
			bench,
			`job_id=${job.id}`,
			composeFailure(job.id, ncaId()),
		);
		await waitOut(bench, 6 * MINUTE);

		await replay(bench, body.delivery_id).expect(202);
		await waitOut(bench, 4 * MINUTE);
		const before = await endings(bench);
		await waitOut(bench, 2 * MINUTE);

		expect(before).toMatchObject([["retry", expect.any(String)]]);
		expect(await endings(bench)).toEqual([["parked", "unconfirmed"]]);
	});

	test("that was parked when it came", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const elsewhere = "https://files.example/a.mp4";
		const { body } = await claimSuccess(bench, job, elsewhere);

		await replay(bench, body.delivery_id).expect(202);
		await bench.drain.once();

		expect(await endings(bench)).toEqual([["parked", "foreign file"]]);
		expect(newWrites(bench)).toEqual([]);
	});

	test("that was buried", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await succeed(bench, job);
		await buryNext(bench);

		await replay(bench, body.delivery_id).expect(202);
		await bench.drain.once();

		expect(await endings(bench)).toEqual([["done", "completed"]]);
	});

	test("that waits: it is looked at now", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await claimSuccess(bench, job);
		await bench.drain.once();
		bench.spaces.put(job.file, 10);

		await replay(bench, body.delivery_id).expect(202);
		await bench.drain.once();

		expect(await endings(bench)).toEqual([["done", "completed"]]);
	});

	test("and stays one, with what it came with", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await succeed(bench, job);
		await bench.drain.once();
		const {
			receivedAt,
			body: bytes,
			query,
		} = (await bench.inbox.get(body.delivery_id)) as {
			receivedAt: number;
			body: Buffer;
			query: string;
		};
		bench.clock.advance(MINUTE);

		for (let time = 0; time < 3; time += 1) {
			await replay(bench, body.delivery_id).expect(202);
			await bench.drain.once();
		}

		expect(await bench.inbox.list({ limit: 9 })).toMatchObject([
			{ id: body.delivery_id, receivedAt, body: bytes, query },
		]);
		const repeat = await succeed(bench, job);
		expect(repeat.body.status).toBe("duplicate");
	});
});

describe("never taken again is", () => {
	test("what was refused", async () => {
		const bench = await setUp();
		await post(bench, "", "{ not JSON").expect(400);
		const [refused] = await bench.inbox.list({ limit: 1 });

		const answer = await replay(bench, refused?.id ?? "");

		expect(answer.status).toBe(409);
		expect(answer.body).toEqual({ error: expect.stringContaining("refused") });
		expect(await endings(bench)).toMatchObject([["refused", /JSON/]]);
	});

	test("a test", async () => {
		const bench = await setUp();
		await post(bench, "", { test: true }).expect(200);
		const [one] = await bench.inbox.list({ limit: 1 });

		const answer = await replay(bench, one?.id ?? "");

		expect(answer.status).toBe(409);
		expect(await endings(bench)).toEqual([["test", null]]);
	});

	test("what is being settled at this moment", async () => {
		const bench = await setUp();
		const { body } = await succeed(bench, makeJob(bench, "combine"));
		await bench.inbox.claim(1, bench.clock.now());

		const answer = await replay(bench, body.delivery_id);

		expect(answer.status).toBe(409);
		expect(await endings(bench)).toMatchObject([["processing", null]]);
	});

	test("what is not on record", async () => {
		const bench = await setUp();
		await succeed(bench, makeJob(bench, "combine"));

		const answer = await replay(bench, "d0");

		expect(answer.status).toBe(404);
		expect(Object.keys(answer.body)).toEqual(["error"]);
	});
});
