import { describe, expect, test } from "vitest";
import {
	captionFailure,
	cloudRunSecondFailure,
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../../bodies.ts";
import { setUp } from "../../set-up.ts";
import { ask } from "./ask.ts";
import { createJudge, documentOf, operationsOf } from "./document.ts";

const JOB = "recAAAAAAAAAAAAAA";
const FILE = "https://files.example/a.mp4";

describe("what it says of a body is what is taken", () => {
	test.each([
		composeSuccess(JOB, "run", FILE),
		composeSuccess(null, "run", FILE),
		concatenateSuccess(JOB, "run", FILE),
		composeFailure(JOB, "run"),
		captionFailure(JOB, "run"),
		cloudRunSecondFailure(JOB, "run"),
		{ status: "completed", output_url: FILE },
		{ test: true },
	])("of NCA's: %j", async (body) => {
		const { faultsOf } = createJudge(await documentOf(await setUp()));

		const faults = faultsOf(
			body,
			...["paths", "/webhooks/nca-toolkit", "post", "requestBody"],
			...["content", "application/json", "schema"],
		);

		expect(faults).toEqual([]);
	});

	test.each([
		["/debug/webhooks/replay", {}],
		["/debug/webhooks/replay", { since: "1h" }],
		["/debug/webhooks/replay", { since: "1h", until: "5m", status: "parked" }],
		["/debug/webhooks/replay", { since: "1h", status: "none" }],
		["/debug/webhooks/replay", { since: "1h", more: 1 }],
		["/debug/check-stuck-jobs", {}],
		["/debug/check-stuck-jobs", { older_than_minutes: 0, dry_run: true }],
		["/debug/check-stuck-jobs", { older_than_minutes: -1 }],
		["/debug/check-stuck-jobs", { give_up: "yes" }],
		["/debug/check-stuck-jobs", { more: 1 }],
		["/debug/jobs/{job_id}/settle", {}],
		["/debug/jobs/{job_id}/settle", { outcome: "failed", reason: "x" }],
		["/debug/jobs/{job_id}/settle", { outcome: "failed" }],
		["/debug/jobs/{job_id}/settle", { outcome: "completed" }],
		["/debug/jobs/{job_id}/settle", { outcome: "lost", reason: "x" }],
		["/debug/jobs/{job_id}/reopen", {}],
		["/debug/jobs/{job_id}/reopen", { reason: "x" }],
		["/debug/jobs/{job_id}/reopen", { reason: "x".repeat(2001) }],
		["/jobs/expected", {}],
		["/jobs/expected", { job_id: JOB, operation: "combine" }],
		[
			"/jobs/expected",
			{ job_id: JOB, operation: "combine", external_job_id: null },
		],
		["/jobs/expected", { job_id: JOB, operation: "" }],
	])("of an operator's: POST %s %j", async (path, body) => {
		const bench = await setUp();
		const { faultsOf } = createJudge(await documentOf(bench));

		const answer = await ask(
			bench,
			"POST",
			path.replace("{job_id}", JOB),
			body,
		);

		const faults = faultsOf(
			body,
			...["paths", path, "post", "requestBody"],
			...["content", "application/json", "schema"],
		);
		expect(answer.status === 400, faults.join()).toBe(faults.length > 0);
	});

	test("one is required just where none is refused", async () => {
		const bench = await setUp();
		const operations = operationsOf(await documentOf(bench)).filter(
			({ requestBody, security }) => requestBody && security.length > 0,
		);

		const refusing = await Promise.all(
			operations.map(async ({ path }) => {
				const answer = await ask(bench, "POST", path.replace("{job_id}", JOB));
				return [path, answer.status === 400];
			}),
		);

		expect(refusing).toEqual(
			operations.map(({ path, requestBody }) => [path, requestBody?.required]),
		);
	});
});
