import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { statusOf } from "./rounds.ts";

describe("with WEBHOOK_TIMEOUT_MINUTES=10", () => {
	test("a job of eight minutes is not listed by a round, and one of eleven is", async () => {
		const bench = await setUp({ WEBHOOK_TIMEOUT_MINUTES: "10" });
		const younger = makeJob(bench, "combine", {}, 8 * MINUTE);
		const older = makeJob(bench, "combine", {}, 11 * MINUTE);
		for (const { file } of [younger, older]) bench.spaces.put(file, 10);

		await bench.poll.roundIfDue();
		await bench.drain.once();

		expect(bench.said("poll round ended")).toMatchObject([
			{ listed: 1, checked: 1, recovered: 1 },
		]);
		expect(bench.spaces.heads).toEqual([older.file]);
		expect(statusOf(bench, older)).toBe("completed");
		expect(statusOf(bench, younger)).toBe("processing");
	});

	test("a job is listed once it is older than that", async () => {
		const bench = await setUp({ WEBHOOK_TIMEOUT_MINUTES: "10" });
		const job = makeJob(bench, "combine", {}, 8 * MINUTE);
		bench.spaces.put(job.file, 10);
		await bench.poll.roundIfDue();
		bench.clock.advance(3 * MINUTE);

		await bench.poll.roundIfDue();
		await bench.drain.once();

		expect(bench.said("poll round ended")).toMatchObject([
			{ listed: 0, checked: 0 },
			{ listed: 1, recovered: 1 },
		]);
		expect(statusOf(bench, job)).toBe("completed");
	});
});
