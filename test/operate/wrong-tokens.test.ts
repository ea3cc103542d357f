import request from "supertest";
import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { JOB } from "../receive/send.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";

const ADMIN_TOKEN = "an-admin-token-of-24-characters";
const WEBHOOK_SECRET = "a secret of at least 24 characters";
const RIGHT = `Bearer ${ADMIN_TOKEN}`;
/** Fly's proxy says whose a request is; elsewhere all here come from one address. */
const ON_FLY = { ADMIN_TOKEN, FLY_APP_NAME: "an-app" };
const MOST = 10;

type Ask = { authorization?: string; ip?: string; path?: string };

function ask(
	{ url }: Pick<SetUp, "url">,
	{ authorization, ip, path = "/debug/jobs" }: Ask,
) {
	return request(url)
		.get(path)
		.set(authorization === undefined ? {} : { Authorization: authorization })
		.set(ip === undefined ? {} : { "Fly-Client-IP": ip });
}

async function guess(bench: SetUp, times: number, of: Ask = {}) {
	const statuses: number[] = [];
	for (let nth = 0; nth < times; nth += 1) {
		const authorization = `Bearer guess-${nth}`;
		statuses.push((await ask(bench, { authorization, ...of })).status);
	}
	return statuses;
}

describe("wrong tokens of one address", () => {
	test("are answered 429 after ten in a minute, and again 401 when it is over", async () => {
		const bench = await setUp({ ADMIN_TOKEN });

		const statuses = await guess(bench, MOST + 2);
		const late = await ask(bench, { authorization: "Bearer guess" });
		bench.clock.advance(MINUTE);
		const [next] = await guess(bench, 1);

		expect(statuses).toEqual([...Array(MOST).fill(401), 429, 429]);
		expect(late.headers["retry-after"]).toBe("60");
		expect(late.body).toEqual({ error: expect.stringContaining("60 s") });
		expect(next).toBe(401);
	});

	test("never shut out who bears the right one, from the same address", async () => {
		const bench = await setUp({ ADMIN_TOKEN });
		await guess(bench, MOST * 3);

		const answers = await Promise.all(
			Array.from({ length: MOST * 3 }, () =>
				ask(bench, { authorization: RIGHT }),
			),
		);

		expect(new Set(answers.map(({ status }) => status))).toEqual(
			new Set([200]),
		);
	});

	test("as a Basic password, empty, of another kind or very long, count alike", async () => {
		const bench = await setUp({ ADMIN_TOKEN });
		const basic = (text: string) =>
			`Basic ${Buffer.from(text).toString("base64")}`;
		const kinds = [
			basic("admin:guess"),
			basic("admin:"),
			basic(""),
			"Bearer ",
			"Digest x",
			`Bearer ${"x".repeat(12_000)}`,
			basic(`admin:${"x".repeat(8_000)}`),
		];
		for (const authorization of kinds)
			await ask(bench, { authorization }).expect(401);

		const statuses = await guess(bench, MOST - kinds.length + 1);

		expect(statuses).toEqual([401, 401, 401, 429]);
	});

	test("are told from no token: that is a browser's first request, and is never limited", async () => {
		const bench = await setUp({ ADMIN_TOKEN });
		await guess(bench, MOST + 1);

		const { status, headers } = await ask(bench, {});

		expect(status).toBe(401);
		expect(headers["www-authenticate"]).toMatch(/Basic/);
	});

	test("are one line each, and one more when there are too many", async () => {
		const bench = await setUp({ ADMIN_TOKEN });

		await guess(bench, MOST * 2, { path: "/debug/jobs?q=x" });

		const facts = { level: "warn", ip: "127.0.0.1", path: "/debug/jobs" };
		expect(bench.said("admin refused")).toHaveLength(MOST);
		expect(bench.said("admin refused")[0]).toMatchObject(facts);
		expect(bench.said("admin refused for a minute")).toMatchObject([facts]);
		expect(JSON.stringify(bench.lines)).not.toContain("guess");
	});
});

describe("an address is", () => {
	test.each([
		["203.0.113.7", "203.0.113.8", false],
		["203.0.113.7", "::ffff:203.0.113.7", true],
		["2001:db8:1:2::3", "2001:db8:1:2:ffff:ffff:ffff:ffff", true],
		["2001:db8:1:2::3", "2001:0DB8:1:2::4", true],
		["2001:db8:1:2::3", "2001:db8:1:3::3", false],
		// No address at all: the socket's counts, for both.
		["spoofed-1", "spoofed-2", true],
		["203.0.113.7, 1.1.1.1", "203.0.113.8, 1.1.1.1", true],
	])("on Fly %s and %s: the same is %j", async (one, other, isSame) => {
		const bench = await setUp(ON_FLY);
		await guess(bench, MOST, { ip: one });

		const [status] = await guess(bench, 1, { ip: other });

		expect(status).toBe(isSame ? 429 : 401);
	});

	test.each(["Fly-Client-IP", "X-Forwarded-For", "Forwarded", "X-Real-IP"])(
		"elsewhere the socket's, whatever %s says",
		async (header) => {
			const bench = await setUp({ ADMIN_TOKEN });
			await guess(bench, MOST);

			const { status } = await ask(bench, { authorization: "Bearer x" }).set(
				header,
				"203.0.113.9",
			);

			expect(status).toBe(429);
		},
	);

	test("on Fly not what X-Forwarded-For says", async () => {
		const bench = await setUp(ON_FLY);
		await guess(bench, MOST, { ip: "203.0.113.7" });

		const { status } = await ask(bench, {
			authorization: "Bearer x",
			ip: "203.0.113.7",
		}).set("X-Forwarded-For", "203.0.113.9");

		expect(status).toBe(429);
	});
});

describe("at /jobs/expected a wrong token counts wherever it stands", () => {
	const announce = ({ url }: SetUp, token: string) => ({
		query: request(url).post(`/jobs/expected?token=${token}`).send({}),
		body: request(url).post("/jobs/expected").send({ token }),
		bearer: request(url)
			.post("/jobs/expected")
			.set("Authorization", `Bearer ${token}`)
			.send({}),
	});

	test.each(["query", "body", "bearer"] as const)(
		"in the %s",
		async (where) => {
			const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });
			await guess(bench, MOST - 1);

			const last = await announce(bench, "guess")[where];
			const over = await announce(bench, "guess")[where];
			const none = await request(bench.url).post("/jobs/expected").send({});

			expect([last.status, over.status, none.status]).toEqual([401, 429, 401]);
		},
	);

	test("and the right ones are taken when there were too many", async () => {
		const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });
		await guess(bench, MOST + 1);
		const job = { job_id: JOB, operation: "combine" };
		const token = tokenFor(WEBHOOK_SECRET, JOB, "combine");
		const jobs = request(bench.url).post("/jobs/expected");
		const admins = request(bench.url).post("/jobs/expected");

		const [byJob, byAdmin] = [
			await jobs.send({ ...job, token }),
			await admins.set("Authorization", RIGHT).send(job),
		];

		expect([byJob.status, byAdmin.status]).toEqual([202, 202]);
	});

	test("one that stands twice in the query is none", async () => {
		const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });
		const token = tokenFor(WEBHOOK_SECRET, JOB, "combine");

		const { status } = await request(bench.url)
			.post(`/jobs/expected?token=${token}&token=guess`)
			.send({ job_id: JOB, operation: "combine" });

		expect(status).toBe(401);
	});

	test("ids that are no text are refused, and are no fault of the program", async () => {
		const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });

		const { status } = await request(bench.url)
			.post("/jobs/expected?token=guess")
			.send({ job_id: { toString: 1, valueOf: 1 }, operation: ["combine"] });

		expect(status).toBe(401);
		expect(bench.said("request failed")).toEqual([]);
	});
});
