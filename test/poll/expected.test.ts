import request from "supertest";
import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { type SetUp, setUp } from "../set-up.ts";

const ADMIN_TOKEN = "an admin token that is long enough";
const WEBHOOK_SECRET = "a secret that is long enough";
const JOB = "recAAAAAAAAAAAAAA";
const GOOD = { job_id: JOB, operation: "combine" };
const TOKEN = tokenFor(WEBHOOK_SECRET, JOB, "combine");

type Said = { bearer?: string; query?: string; body?: unknown };

function announce(
	{ url }: Pick<SetUp, "url">,
	{ bearer, query = "", body = GOOD }: Said = {},
) {
	const call = request(url)
		.post(`/jobs/expected${query}`)
		.set("Content-Type", "application/json");
	if (bearer) call.set("Authorization", `Bearer ${bearer}`);
	return call.send(typeof body === "string" ? body : JSON.stringify(body));
}

describe("a webhook is announced", () => {
	test.each<[string, Said]>([
		["the admin token", { bearer: ADMIN_TOKEN }],
		["the job's token", { bearer: TOKEN }],
		["the job's token in the query", { query: `?token=${TOKEN}` }],
		["the job's token in the body", { body: { ...GOOD, token: TOKEN } }],
		[
			"NCA's id besides",
			{ bearer: TOKEN, body: { ...GOOD, external_job_id: "4d5c1b0e-7f3a" } },
		],
		[
			"NCA's id as null",
			{ bearer: TOKEN, body: { ...GOOD, external_job_id: null } },
		],
	])("with %s", async (_what, said) => {
		const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });

		const answer = await announce(bench, said);

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({ job_id: JOB, status: "expected" });
		expect(bench.said("webhook expected")).toMatchObject([{ job_id: JOB }]);
		expect(JSON.stringify(bench.lines)).not.toContain(TOKEN);
	});

	test.each<[string, Said]>([
		["no token", {}],
		["another word", { bearer: "0".repeat(64) }],
		[
			"the token of another job",
			{
				query: `?token=${TOKEN}`,
				body: { ...GOOD, job_id: "recBBBBBBBBBBBBBB" },
			},
		],
		[
			"the token of another operation",
			{ query: `?token=${TOKEN}`, body: { ...GOOD, operation: "add_music" } },
		],
		["the secret itself", { bearer: WEBHOOK_SECRET }],
	])("but not with %s", async (_what, said) => {
		const bench = await setUp({ ADMIN_TOKEN, WEBHOOK_SECRET });

		const answer = await announce(bench, said);

		expect(answer.status).toBe(401);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(bench.said("webhook expected")).toEqual([]);
	});

	test.each<[string, unknown]>([
		["no job", { operation: "combine" }],
		["a job that is no record", { ...GOOD, job_id: "4d5c1b0e-7f3a" }],
		["a job that is a number", { ...GOOD, job_id: 7 }],
		["no operation", { job_id: JOB }],
		["an empty operation", { ...GOOD, operation: "" }],
		["an id that is a number", { ...GOOD, external_job_id: 7 }],
		["a word that means nothing", { ...GOOD, extra: 1 }],
		["a list", [GOOD]],
		["nothing", ""],
		["half a body", '{"job_id":'],
	])("but not by a body with %s", async (_what, body) => {
		const bench = await setUp({ ADMIN_TOKEN });

		const answer = await announce(bench, { bearer: ADMIN_TOKEN, body });

		expect(answer.status).toBe(400);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(bench.said("webhook expected")).toEqual([]);
	});
});
