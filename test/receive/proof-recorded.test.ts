import { expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, post } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { hmac } from "./send.ts";

const WEBHOOK_SECRET = "the secret of today, and not of yesterday";

test("who has the token of one job does not fail another by a query that says less without the token", async () => {
	const bench = await setUp({ WEBHOOK_SECRET });
	const own = makeJob(bench, "combine");
	const other = makeJob(bench, "combine");
	const token = hmac(WEBHOOK_SECRET, `${own.id}:combine`);
	const query = `token=${token}&?job_id=${other.id}&job_id=${own.id}&operation=combine`;

	await post(bench, query, composeFailure(other.id, other.ncaJobId)).expect(
		200,
	);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", other.id).Status).toBe("processing");
});

test("a base URL that ends in a question mark costs no webhook", async () => {
	const bench = await setUp({ WEBHOOK_SECRET });
	const { id } = makeJob(bench, "combine");
	const token = hmac(WEBHOOK_SECRET, `${id}:combine`);
	const query = `?job_id=${id}&operation=combine&token=${token}`;

	const answer = await post(bench, query, composeFailure(id, "some-run"));

	expect(answer.body).toMatchObject({ status: "accepted", job_id: id });
});
