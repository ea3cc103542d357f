import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { goodBody, JOB, post, ROUTE, RUN } from "../receive/send.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";

const OTHER = "recBBBBBBBBBBBBBB";

const list = (url: string, query = "") =>
	request(url).get(`/debug/webhooks?${query}`);

/** One webhook each minute: accepted, parked, refused, accepted for another job. */
async function receiveFour({ url, spaces, clock }: SetUp): Promise<string[]> {
	const answers = [];
	for (const webhook of [
		{ body: goodBody(spaces) },
		{ body: "[]" },
		{ body: "{ not JSON" },
		{ query: `job_id=${OTHER}`, body: composeFailure(OTHER, "run-of-another") },
	]) {
		answers.push(await post(url, webhook));
		clock.advance(MINUTE);
	}
	return answers.map(({ body }) => body.delivery_id);
}

describe("recorded requests are shown", () => {
	test("newest first, refused ones too", async () => {
		const bench = await setUp();
		await receiveFour(bench);

		const answer = await list(bench.url);

		expect(answer.status).toBe(200);
		expect(answer.body.next).toBeNull();
		expect(
			answer.body.items.map((item: { status: string }) => item.status),
		).toEqual(["accepted", "refused", "parked", "accepted"]);
	});

	test("with all that is known of each, the body as it came", async () => {
		const bench = await setUp();
		const body = JSON.stringify(goodBody(bench.spaces));
		const { body: accepted } = await post(bench.url, {
			query: `operation=combine&token=sesame`,
			body,
			headers: { "User-Agent": "python-requests/2.32.5" },
		});

		const answer = await request(bench.url).get(
			`/debug/webhooks/${accepted.delivery_id}`,
		);

		expect(answer.status).toBe(200);
		expect(answer.body).toEqual({
			delivery_id: accepted.delivery_id,
			status: "accepted",
			reason: null,
			received_at: "2026-11-23T12:00:00.000Z",
			age: "now",
			next_attempt_at: null,
			next_attempt_age: null,
			attempts: 0,
			job_id: JOB,
			nca_job_id: RUN,
			task: "outcome",
			via: "webhook",
			proof: "none",
			method: "POST",
			ip: "127.0.0.1",
			user_agent: "python-requests/2.32.5",
			query: "operation=combine",
			body,
			curl: {
				replay: `curl -X POST -H 'Authorization: Bearer '$ADMIN_TOKEN ${bench.url}/debug/webhooks/${accepted.delivery_id}/replay`,
			},
		});
	});

	test("an id that nothing bears is not found", async () => {
		const { url } = await setUp();

		const answer = await request(url).get("/debug/webhooks/d0");

		expect(answer.status).toBe(404);
		expect(Object.keys(answer.body)).toEqual(["error"]);
	});
});

describe("filters", () => {
	test.each([
		["status=accepted", [3, 0]],
		["status=parked", [1]],
		["status=buried", []],
		[`job_id=${JOB}`, [0]],
		[`job_id=${RUN}`, [0]],
		[`job_id=${OTHER}`, [3]],
		["job_id=rec", []],
		["q=No such filter", [3]],
		["q=%25", []],
		["q=filter?&status=parked", []],
		["since=3m", [3, 2, 1]],
		["since=2h", [3, 2, 1, 0]],
		["since=1d", [3, 2, 1, 0]],
		["since=2026-11-23T12:03:00Z", [3]],
		["since=3m&status=accepted", [3]],
		["limit=2", [3, 2]],
	])("%s", async (query, expected) => {
		const bench = await setUp();
		await receiveFour(bench);
		const all = await list(bench.url);

		const answer = await list(bench.url, query);

		const oldestFirst = all.body.items.toReversed();
		expect(answer.body.items).toEqual(expected.map((n) => oldestFirst[n]));
	});

	test("since=15m is the last quarter of an hour", async () => {
		const { url, clock } = await setUp();
		await post(url, { body: "[1]" });
		clock.advance(1);
		const { body: second } = await post(url, { body: "[2]" });
		clock.advance(15 * MINUTE);

		const answer = await list(url, "since=15m");

		expect(answer.body.items).toMatchObject([
			{ delivery_id: second.delivery_id },
		]);
	});

	test.each([
		"status=unknown",
		"since=yesterday",
		"since=15",
		"since=m",
		"limit=0",
		"limit=201",
		"limit=many",
		"state=buried",
	])("one that says nothing is refused: %s", async (query) => {
		const { url } = await setUp();

		const answer = await list(url, query);

		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			error: expect.stringContaining(query.split("=")[0] ?? ""),
		});
	});
});

test("page by page, every request is seen once", async () => {
	const { url } = await setUp();
	for (let n = 0; n < 5; n += 1) await request(url).put(`${ROUTE}?n=${n}`);
	const seen: string[] = [];
	let before = "";

	for (let page = 0; page < 3; page += 1) {
		const { body } = await list(url, `limit=2${before}`);
		for (const { query } of body.items) seen.push(query);
		before = body.next ? `&before=${body.next}` : "";
	}

	expect(seen).toEqual(["n=4", "n=3", "n=2", "n=1", "n=0"]);
	expect(before).toBe("");
});

test("what is wrong with a request is said in plain words, each by its name", async () => {
	const { url } = await setUp();

	const listed = await list(url, "since=3x&limit=0");
	const replayed = await request(url)
		.post("/debug/webhooks/replay")
		.send('{"untill":"1h"}');

	expect(listed.status).toBe(400);
	expect(listed.body.error).toMatch(
		/^since: an ISO time, or such as 15m, 2h or 7d; limit: /,
	);
	expect(replayed.body.error).toContain("since: an ISO time");
	expect(replayed.body.error).toContain('"untill"');
	expect(replayed.body.error).not.toContain("\n");
});
