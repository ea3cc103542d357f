import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import {
	asking,
	envelope,
	JOB,
	refusal,
	reply,
	startToolkit,
	state,
} from "./toolkit.ts";

const DONE = composeSuccess("recA", JOB, "https://files.example/a.mp4");
const FAILED = composeFailure("recA", JOB);
const NOT_FOUND = { error: "Job not found", job_id: JOB };

describe("what NCA cannot say is unknown, and neither lost nor ended", () => {
	const strange = (status: number) =>
		`NCA answered ${status}, not as a toolkit does`;

	test.each([
		["done, and not how", 200, state("done"), "NCA says done, and not how"],
		["a state of a later build", 200, state("paused"), "NCA says paused"],
		[
			"a wrong key",
			401,
			{ message: "Unauthorized" },
			"NCA refused NCA_API_KEY",
		],
		["a page", 200, "<html>Welcome</html>", strange(200)],
		["a page that is not there", 404, "<html>Not Found</html>", strange(404)],
		["a 404 in other words", 404, { error: "no such route" }, strange(404)],
		["a 404 of some other service", 404, { detail: "no route" }, strange(404)],
		["a gateway's page", 502, "<html>Bad Gateway</html>", strange(502)],
		["a fault of another service", 500, { message: {} }, strange(500)],
		["a gateway's word", 503, { error: "overloaded" }, strange(503)],
		["a fault's page", 500, "<html>Internal Error</html>", strange(500)],
		[
			"half a body",
			200,
			JSON.stringify(state("done")).slice(0, -9),
			strange(200),
		],
		["nothing", 200, "", strange(200)],
		["an envelope of nothing", 200, envelope(null), strange(200)],
		["another job", 200, state("done", DONE, "another"), strange(200)],
		["a job not found with 200", 200, refusal(404, NOT_FOUND), strange(200)],
	])("%s", async (_what, status, body, why) => {
		const toolkit = await startToolkit(reply(status, body));

		const answer = await asking(toolkit)();

		expect(answer).toEqual({ kind: "unknown", why });
	});

	test.each([301, 302, 307, 308])(
		"%i, and it is not followed",
		async (status) => {
			const toolkit = await startToolkit((res, nth) =>
				nth === 1
					? reply(status, "", { Location: "/v1/toolkit/job/status" })(res)
					: reply(200, state("done", DONE))(res),
			);

			const answer = await asking(toolkit)();

			expect(answer).toEqual({ kind: "unknown", why: strange(status) });
			expect(toolkit.asked).toHaveLength(1);
		},
	);

	test("a body that is longer than any job's", async () => {
		const long = "x".repeat(2 * 1024 * 1024);
		const body = { ...FAILED, message: long };
		const toolkit = await startToolkit(reply(200, state("done", body)));

		const answer = await asking(toolkit)();

		expect(answer).toMatchObject({ kind: "unknown" });
	});

	test("a connection that is cut", async () => {
		const toolkit = await startToolkit((res) => res.destroy());

		const answer = await asking(toolkit)();

		const why = "NCA failed: ECONNRESET";
		expect(answer).toEqual({ kind: "unknown", why });
	});

	test.each([
		["never begins to answer", () => {}],
		[
			"never ends its answer",
			(res: ServerResponse) => void res.writeHead(200).write('{"code":'),
		],
	])("one that %s, when the deadline has passed", async (_what, answers) => {
		const toolkit = await startToolkit(answers);

		const answer = await asking(toolkit, { deadlineMs: 50 })();

		const why = "NCA not answered within 50 ms";
		expect(answer).toEqual({ kind: "unknown", why });
	});

	test("a host that does not listen", async () => {
		const answer = await asking({ url: "http://127.0.0.1:1" })();

		const why = "NCA failed: ECONNREFUSED";
		expect(answer).toEqual({ kind: "unknown", why });
	});
});
