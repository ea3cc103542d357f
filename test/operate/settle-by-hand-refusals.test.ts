import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { endings, settle } from "./by-hand.ts";

describe("what cannot be meant is refused", () => {
	test.each([
		["nothing", {}],
		["no JSON", "{ outcome"],
		["a list", []],
		["an unknown outcome", { outcome: "timeout", reason: "lost" }],
		["completed without a file", { outcome: "completed" }],
		["completed with several", { outcome: "completed", url: ["a", "b"] }],
		["failed without a reason", { outcome: "failed" }],
		["failed with a blank one", { outcome: "failed", reason: "  " }],
		["failed with a file", { outcome: "failed", reason: "x", url: "y" }],
		[
			"what it does not know",
			{ outcome: "failed", reason: "x", via: "webhook" },
		],
	])("%s", async (_what, body) => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const answer = await settle(bench, job.id, body);

		expect(answer.status).toBe(400);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(await endings(bench)).toEqual([]);
	});

	test.each(["recZZZZZZZZZZZZZZ", "00000000-0000-4000-8000-000000000000"])(
		"an id that nothing bears: %s",
		async (id) => {
			const bench = await setUp();
			makeJob(bench, "combine");

			const answer = await settle(bench, id, {
				outcome: "failed",
				reason: "lost",
			});

			expect(answer.status).toBe(404);
			expect(Object.keys(answer.body)).toEqual(["error"]);
		},
	);

	test("anything, while Airtable cannot say which job it is", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		bench.airtable.fault((_req, res) => void res.status(503).end());

		const answer = await settle(bench, job.id, {
			outcome: "failed",
			reason: "lost",
		});

		expect(answer.status).toBe(503);
		expect(await endings(bench)).toEqual([]);
	});
});
