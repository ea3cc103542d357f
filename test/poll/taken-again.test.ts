import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, setUp, temporaryFolder } from "../set-up.ts";
import { roundOf, startProgram, statusOf } from "./rounds.ts";

const WEBHOOK_SECRET = "a secret that is long enough";

describe("when SPACES_BASE_URL is another after a restart", () => {
	/** A webhook whose file stands under `right`, parked by a program that knows `wrong`. */
	async function parked(kind: "foreign file" | "unproven") {
		const bench = await setUp();
		const right = bench.spaces.base;
		const wrong = `${bench.spaces.url}/phi-bucket/phi-bucket`;
		const DATA_DIR = temporaryFolder();
		const job = makeJob(bench, "combine");
		const { file, id, ncaJobId } = job;
		const SPACES_BASE_URL = kind === "unproven" ? [wrong] : [`${right}/x`];
		const before = await startProgram(bench, { DATA_DIR, SPACES_BASE_URL });
		await before.bringBack.replaced();
		const url = kind === "unproven" ? `${wrong}/${file}` : `${right}/${file}`;
		const body = composeSuccess(id, ncaJobId, url);
		const answer = await post(before, `job_id=${id}`, body);
		await waitOut({ drain: before.drain, clock: bench.clock }, 6 * MINUTE);
		const delivery = await before.inbox.get(answer.body.delivery_id);
		before.close();
		return { bench, job, delivery, settings: { DATA_DIR, SPACES_BASE_URL } };
	}

	test("what was parked as foreign is judged again, and closes its job", async () => {
		const { bench, job, delivery, settings } = await parked("foreign file");
		bench.spaces.put(job.file, 10);

		const SPACES_BASE_URL = [bench.spaces.base];
		const after = await startProgram(bench, { ...settings, SPACES_BASE_URL });
		await after.bringBack.replaced();
		await after.drain.once();

		expect(delivery).toMatchObject({ state: "parked", reason: "foreign file" });
		expect(statusOf(bench, job)).toBe("completed");
		expect(
			after.said("parked deliveries taken again: SPACES_BASE_URL is another"),
		).toMatchObject([{ deliveries: 1 }]);
	});

	test("what was parked as unproven is judged again", async () => {
		const { bench, delivery, settings } = await parked("unproven");

		const SPACES_BASE_URL = [bench.spaces.base];
		const after = await startProgram(bench, { ...settings, SPACES_BASE_URL });
		await after.bringBack.replaced();

		expect(delivery).toMatchObject({ state: "parked", reason: "unproven" });
		expect(await after.inbox.get(delivery?.id ?? "")).toMatchObject({
			state: "retry",
			reason: "taken again",
		});
	});

	test.each(["foreign file", "unproven"] as const)(
		"and only then: under the same, %s stays parked",
		async (kind) => {
			const { bench, delivery, settings } = await parked(kind);

			const after = await startProgram(bench, settings);
			await after.bringBack.replaced();

			expect(await after.inbox.get(delivery?.id ?? "")).toMatchObject({
				state: "parked",
				reason: kind,
			});
		},
	);

	test("and but once: what is still foreign stays parked from then on", async () => {
		const { bench, delivery, settings } = await parked("foreign file");
		const SPACES_BASE_URL = [`${bench.spaces.base}/y`];
		const after = await startProgram(bench, { ...settings, SPACES_BASE_URL });
		await after.bringBack.replaced();
		await after.drain.once();

		await after.bringBack.replaced();

		expect(await after.inbox.get(delivery?.id ?? "")).toMatchObject({
			state: "parked",
			reason: "foreign file",
		});
	});
});

describe("a webhook that is refused for want of proof", () => {
	test("closes nothing, but has its job looked at in the next round", async () => {
		const bench = await setUp({ WEBHOOK_SECRET });
		const job = makeJob(bench, "combine", {}, 3 * HOUR);
		const other = makeJob(bench, "combine", {}, 3 * HOUR);
		await roundOf(bench);
		bench.clock.advance(2 * MINUTE);
		bench.spaces.put(job.file, 10);

		const body = composeFailure(job.id, job.ncaJobId);
		const answer = await post(bench, `job_id=${job.id}`, body);
		await bench.drain.once();
		const before = statusOf(bench, job);
		const report = await roundOf(bench);

		expect(answer.status).toBe(401);
		expect(before).toBe("processing");
		expect(report).toMatchObject({ checked: 1, recovered: 1 });
		expect(statusOf(bench, job)).toBe("completed");
		expect(statusOf(bench, other)).toBe("processing");
	});

	test("has it looked at by NCA's id alone", async () => {
		const bench = await setUp({ WEBHOOK_SECRET });
		const job = makeJob(bench, "combine", {}, 3 * HOUR);
		await roundOf(bench);
		bench.clock.advance(2 * MINUTE);

		await post(bench, "", composeFailure(null, job.ncaJobId));
		const report = await roundOf(bench);

		expect(report.jobs).toMatchObject([{ job_id: job.id }]);
	});

	test.each([
		["nobody's", "job_id=recZZZZZZZZZZZZZZ", composeFailure(null, "nobody")],
		["without an id", "", { code: 500 }],
		["no JSON", "", "{"],
	])("has nothing looked at where it is %s", async (_what, query, body) => {
		const bench = await setUp({ WEBHOOK_SECRET });
		makeJob(bench, "combine", {}, 3 * HOUR);
		await roundOf(bench);
		bench.clock.advance(2 * MINUTE);

		const answer = await post(bench, query, body);
		const report = await roundOf(bench);

		expect(answer.status).toBe(401);
		expect(report.checked).toBe(0);
	});
});
