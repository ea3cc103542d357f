import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import { buryNext, endings, retry } from "./by-hand.ts";

/** What bears no id, and so is nothing's. */
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

describe("a job's retry", () => {
	test.each(["id", "ncaJobId"] as const)(
		"takes again what is buried of it, by the job's %s",
		async (name) => {
			const bench = await setUp();
			const [job, other] = [
				makeJob(bench, "combine"),
				makeJob(bench, "combine"),
			];
			for (const one of [job, other]) {
				await succeed(bench, one);
				await buryNext(bench);
			}

			const answer = await retry(bench, job[name]);
			await bench.drain.once();

			expect(answer.status).toBe(202);
			expect(answer.body).toEqual({ job_id: job.id, status: "accepted" });
			expect(await endings(bench)).toEqual([
				["done", "completed"],
				["buried", "poison"],
			]);
		},
	);

	test("takes again what named it by NCA's id alone", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = bench.spaces.put(job.file, 10);
		await post(bench, "", composeSuccess(null, job.ncaJobId, url));
		await buryNext(bench);

		await retry(bench, job.id).expect(202);
		await bench.drain.once();

		expect(await endings(bench)).toEqual([["done", "completed"]]);
	});

	test("is refused where nothing of it is buried", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);

		const answer = await retry(bench, job.id);

		expect(answer.status).toBe(409);
		expect(await endings(bench)).toEqual([["done", "completed"]]);
	});

	test.each(["recZZZZZZZZZZZZZZ", UNKNOWN])(
		"is refused for an id that nothing bears: %s",
		async (id) => {
			const bench = await setUp();
			makeJob(bench, "combine");

			const answer = await retry(bench, id);

			expect(answer.status).toBe(404);
			expect(Object.keys(answer.body)).toEqual(["error"]);
		},
	);
});
