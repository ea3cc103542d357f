import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { ADMIN, answerTo, requests } from "./any-request.ts";
import { runs } from "./runs.ts";

const TAKEN = [200, 202, 400, 401, 405, 413, 415, 417];

test.each([
	[
		"with secrets",
		{ ADMIN_TOKEN: ADMIN, WEBHOOK_SECRET: "0123456789abcdef-webhooks" },
	],
	["without", { ADMIN_TOKEN: ADMIN }],
])(
	"no request at all is a fault of the program, is left without an answer, or keeps the next webhook from being taken: %s",
	async (_what, env) => {
		const bench = await setUp(env);
		const unhandled: unknown[] = [];
		const note = (error: unknown) => unhandled.push(error);
		process.on("unhandledRejection", note);
		onTestFinished(() => void process.off("unhandledRejection", note));
		let webhooks = 0;

		await fc.assert(
			fc.asyncProperty(requests, async (request) => {
				// The limits of an address are another test's.
				bench.clock.advance(60_000);
				const before = bench.lines.length;

				const { status, head, body } = await answerTo(bench.url, request);

				expect(status).toBeGreaterThanOrEqual(200);
				if (status !== 503) expect(status).toBeLessThan(500);
				else expect(pathOf(request.target)).toMatch(/^\/ready/);
				expect(body).not.toMatch(/\bat .{1,200}:\d+:\d+|node_modules|\.ts\b/);
				if (status >= 400 && status < 500 && request.method !== "HEAD")
					expect(JSON.parse(withoutChunks(head, body))).toEqual({
						error: expect.any(String),
					});
				const said = bench.lines.slice(before);
				expect(said.filter(({ level }) => level === "error")).toEqual([]);
				const attempts = said.filter(({ msg }) =>
					/^webhook (received|refused|aborted)$/.test(msg),
				);
				const path = pathOf(request.target);
				if (/^\/+webhooks(\/|$)/i.test(path)) {
					expect(attempts).toHaveLength(1);
					if (/^\/+webhooks\/nca-toolkit\/?$/i.test(path)) {
						webhooks += 1;
						expect(TAKEN).toContain(status);
						expect(
							await bench.inbox.get(String(attempts[0]?.delivery_id)),
						).not.toBeNull();
					}
				} else expect(attempts).toEqual([]);
			}),
			runs(150, 0.2),
		);

		expect(webhooks).toBeGreaterThan(10);
		expect(unhandled).toEqual([]);
		const job = makeJob(bench, "combine");
		if (!("WEBHOOK_SECRET" in env)) await succeed(bench, job).expect(200);
	},
);

test.each(['{"toString":1}', "[".repeat(7000) + "]".repeat(7000), "null", "7"])(
	"an announcement whose job is no text is refused, whoever sends it",
	async (job) => {
		const bench = await setUp({
			WEBHOOK_SECRET: "0123456789abcdef-webhooks",
			ADMIN_TOKEN: ADMIN,
		});
		const text = `{"job_id":${job},"operation":"combine","token":"x"}`;

		const { status } = await answerTo(bench.url, {
			method: "POST",
			target: "/jobs/expected",
			headers: [],
			body: Buffer.from(text),
			chunked: false,
		});

		expect(status).toBe(401);
		expect(bench.said("request failed")).toEqual([]);
	},
);

function pathOf(target: string): string {
	return target.replace(/^http:\/\/[^/]*/, "").split(/[?#]/, 1)[0] ?? "";
}

function withoutChunks(head: string, body: string): string {
	if (!/^transfer-encoding: chunked$/im.test(head)) return body;
	return body.replace(/^[\da-f]+\r\n/, "").replace(/\r\n0\r\n\r\n$/, "");
}
