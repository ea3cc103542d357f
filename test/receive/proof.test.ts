import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, hmac, JOB, post } from "./send.ts";

const SECRET = "the secret of today, and not of yesterday";
const PREVIOUS = "the secret of yesterday, and not of today";
const NAMES = `job_id=${JOB}&operation=combine`;
const TOKEN = hmac(SECRET, `${JOB}:combine`);

describe("who knows the secret is let in", () => {
	const env = { WEBHOOK_SECRET: SECRET, WEBHOOK_SECRET_PREVIOUS: PREVIOUS };

	test("by the token of its job and operation", async () => {
		const { url, spaces, inbox } = await setUp(env);

		const answer = await post(url, {
			query: `${NAMES}&token=${TOKEN}`,
			body: goodBody(spaces),
		});

		expect(answer.body).toMatchObject({ status: "accepted", job_id: JOB });
		expect(await inbox.get(answer.body.delivery_id)).toMatchObject({
			proof: "token",
		});
	});

	test("by a token of the previous secret", async () => {
		const { url, spaces } = await setUp(env);

		const answer = await post(url, {
			query: `${NAMES}&token=${hmac(PREVIOUS, `${JOB}:combine`)}`,
			body: goodBody(spaces),
		});

		expect(answer.status).toBe(200);
	});

	test.each([SECRET, PREVIOUS])("by a signature with %j", async (secret) => {
		const { url, spaces, inbox } = await setUp(env);
		// Spaces that a parser would lose: what is signed is what was sent.
		const body = ` ${JSON.stringify(goodBody(spaces), null, 2)}\n`;

		const answer = await post(url, {
			body,
			headers: { "X-NCA-Signature": hmac(secret, body) },
		});

		expect(answer.status).toBe(200);
		expect(await inbox.get(answer.body.delivery_id)).toMatchObject({
			proof: "signature",
		});
	});
});

describe("who does not is refused, and heard no further", () => {
	test.each([
		["no token", NAMES],
		["no query", ""],
		["a wrong token", `${NAMES}&token=${"0".repeat(64)}`],
		["an empty token", `${NAMES}&token=`],
		["half a token", `${NAMES}&token=${TOKEN.slice(0, 32)}`],
		["two tokens", `${NAMES}&token=${TOKEN}&token=${TOKEN}`],
		[
			"a token for another job",
			`job_id=recBBBBBBBBBBBBBB&operation=combine&token=${TOKEN}`,
		],
		[
			"a token for another operation",
			`job_id=${JOB}&operation=concatenate&token=${TOKEN}`,
		],
		["a token without an operation", `job_id=${JOB}&token=${TOKEN}`],
		["two jobs", `job_id=recBBBBBBBBBBBBBB&${NAMES}&token=${TOKEN}`],
		["the secret itself", `${NAMES}&token=${encodeURIComponent(SECRET)}`],
	])("%s", async (_what, query) => {
		const { url, spaces, inbox } = await setUp({ WEBHOOK_SECRET: SECRET });

		const answer = await post(url, { query, body: goodBody(spaces) });

		expect(answer.status).toBe(401);
		expect(answer.body).toEqual({ error: "no valid token or signature" });
		expect(await inbox.list({ limit: 9 })).toMatchObject([
			{ state: "refused", proof: "none" },
		]);
	});

	test("a signature of other bytes", async () => {
		const { url, spaces } = await setUp({ WEBHOOK_SECRET: SECRET });
		const body = JSON.stringify(goodBody(spaces));

		const answer = await post(url, {
			body: `${body} `,
			headers: { "X-NCA-Signature": hmac(SECRET, body) },
		});

		expect(answer.status).toBe(401);
	});

	test("and 4 KB of what it sent are kept", async () => {
		const { url, inbox } = await setUp({ WEBHOOK_SECRET: SECRET });

		await post(url, { body: "x".repeat(100_000) });

		const [refused] = await inbox.list({ limit: 1 });
		expect(refused?.body).toHaveLength(4096);
	});
});

test("without a secret set, no proof is asked for", async () => {
	const { url, spaces } = await setUp();

	const answer = await post(url, { body: goodBody(spaces) });

	expect(answer.status).toBe(200);
});

test.each([
	["a valid token", `token=${TOKEN}&${NAMES}`, TOKEN],
	["a wrong one", `${NAMES}&token=open-sesame`, "open-sesame"],
	["one written with an escape", `${NAMES}&to%6Ben=open-sesame`, "open-sesame"],
	["two", `token=one-sesame&${NAMES}&token=two-sesame`, "sesame"],
])("no token is stored or logged: %s", async (_what, query, token) => {
	const { url, spaces, lines, inbox } = await setUp({ WEBHOOK_SECRET: SECRET });

	await post(url, {
		query,
		body: goodBody(spaces),
		headers: { "X-NCA-Signature": "a-signature" },
	});

	const [recorded] = await inbox.list({ limit: 1 });
	expect(recorded?.query).toBe(NAMES);
	const told = JSON.stringify([lines, recorded]);
	expect(told).not.toContain(token);
	expect(told).not.toContain("a-signature");
	expect(told).not.toContain(SECRET);
});
