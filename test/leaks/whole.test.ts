import express from "express";
import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/sandbox/serve.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, type TestJob } from "../jobs.ts";
import { startSmtp } from "../monitor/alerts/smtp.ts";
import { hmac } from "../receive/send.ts";
import { MINUTE, type SetUp, setUpWithNca } from "../set-up.ts";
import { HOOK, PASSWORD, SIGNED } from "./secrets.ts";
import { takeLeaks } from "./watch.ts";

const ADMIN_TOKEN = "an-admin-token-of-24-characters";
const WEBHOOK_SECRET = "a secret of at least 24 characters";
const WEBHOOK_SECRET_PREVIOUS = "the secret of today, and not of yesterday";
const OPERATION = "combine";

/** The program with every secret set, told by mail and by POST, to a host that repeats what it is asked. */
async function setUp() {
	const echo = await serve(
		express().use((req, res) => {
			res.status(500).set("Location", req.url).send(`no: ${req.url}`);
		}),
	);
	onTestFinished(echo.close);
	const smtp = await startSmtp();
	const bench = await setUpWithNca({
		ADMIN_TOKEN,
		WEBHOOK_SECRET,
		WEBHOOK_SECRET_PREVIOUS,
		ALERT_EMAIL: "operator@example.com",
		SMTP_URL: smtp.url.replace("//", `//me:${PASSWORD}@`),
		ALERT_WEBHOOK_URL: `${echo.url}/${HOOK}`,
		LOG_LEVEL: "trace",
	});
	return bench;
}

const tokenOf = ({ id }: TestJob) => hmac(WEBHOOK_SECRET, `${id}:${OPERATION}`);
const queryOf = (job: TestJob) =>
	`job_id=${job.id}&operation=${OPERATION}&token=${tokenOf(job)}`;
const signed = (url: string) => `${url}?X-Amz-Signature=${SIGNED}&expires=1`;

/** Everything that NCA and strangers send with what nobody else may see. */
async function sendAll(bench: SetUp, jobs: TestJob[]) {
	const [done, failed, other] = jobs as [TestJob, TestJob, TestJob];
	const file = bench.spaces.put(done.file, 10);
	const success = composeSuccess(done.id, done.ncaJobId, file);
	await post(bench, queryOf(done), success).expect(200);
	await post(bench, queryOf(done), success).expect(200);
	const body = JSON.stringify(success);
	await post(bench, `job_id=${done.id}&n=2`, body)
		.set("X-NCA-Signature", hmac(WEBHOOK_SECRET_PREVIOUS, body))
		.expect(200);
	await post(bench, queryOf(other), {
		...composeSuccess(other.id, other.ncaJobId, signed(file)),
	}).expect(202);
	await post(bench, queryOf(failed), {
		...composeFailure(failed.id, failed.ncaJobId),
		message: `cannot open ${signed("https://s3.example/in.mp4")}: refused`,
	}).expect(200);
	await post(bench, `${queryOf(other)}&token=${tokenOf(other)}`, body).expect(
		401,
	);
	await post(bench, queryOf(other), "{").expect(400);
	await request(bench.url).get(`/webhooks/nca-toolkit?${queryOf(other)}`);
	await request(bench.url)
		.post(`/webhooks/goapi?${queryOf(other)}`)
		.set("Authorization", `Bearer ${ADMIN_TOKEN}`)
		.send({ token: tokenOf(other), url: signed("https://s3.example/x") });
	await request(bench.url)
		.post(`/webhooks/debug-webhook?${queryOf(other)}`)
		.set({ Authorization: `Bearer ${ADMIN_TOKEN}`, Cookie: `a=${PASSWORD}` })
		.set("X-NCA-Signature", hmac(WEBHOOK_SECRET, "x"))
		.send({
			api_key: PASSWORD,
			deep: [{ url: signed("https://s3.example/x") }],
		});
	await request(bench.url)
		.post(`/jobs/expected?token=${tokenOf(other)}`)
		.send({ job_id: other.id, operation: OPERATION })
		.expect(202);
	await request(bench.url)
		.get(`/debug/jobs?token=${ADMIN_TOKEN}`)
		.set("Authorization", `Bearer ${ADMIN_TOKEN}x`)
		.expect(401);
}

/** Every page and answer there is, as an operator sees them. */
async function lookAtAll(bench: SetUp, jobs: TestJob[]) {
	const paths = [
		"/",
		"/health",
		"/status",
		"/ready",
		"/metrics",
		"/dashboard",
		"/debug/jobs",
		...jobs.map(({ id }) => `/debug/jobs/${id}`),
	];
	for (const path of paths)
		await request(bench.url)
			.get(path)
			.set("Authorization", `Bearer ${ADMIN_TOKEN}`)
			.expect((res) => expect([200, 503]).toContain(res.status));
}

test("no secret is told by the whole program, whatever it is sent, and whatever it is answered", async () => {
	const bench = await setUp();
	const { airtable, nca, spaces, clock, alerts, drain, poll } = bench;
	const jobs = [1, 2, 3].map(() => makeJob(bench, OPERATION));
	await sendAll(bench, jobs);
	await drain.once();
	await poll.round({ all: true });
	await lookAtAll(bench, jobs);

	// Each repeats all that it is asked with.
	airtable.fault((req, res) => {
		const message = `refused: ${JSON.stringify(req.headers)}`;
		res
			.status(401)
			.json({ error: { type: "AUTHENTICATION_REQUIRED", message } });
	});
	nca.fault((req, res) => void res.status(401).json({ message: req.headers }));
	spaces.fail(403);
	for (let minute = 0; minute < 3; minute += 1) {
		clock.advance(11 * MINUTE);
		await drain.once();
		await poll.round({ all: true }).catch(() => {});
		await alerts.look();
	}
	await lookAtAll(bench, jobs);

	expect(bench.said("alert opened").length).toBeGreaterThan(0);
	expect(bench.said("alert not told").length).toBeGreaterThan(0);
	expect(bench.said("admin refused")).toHaveLength(1);
	// Whoever has that URL is the one who is told by it.
	const asked = `asked POST /${HOOK}: "/${HOOK}`;
	const leaks = takeLeaks();
	expect(leaks.filter((leak) => leak.startsWith(asked))).not.toEqual([]);
	expect(leaks.filter((leak) => !leak.startsWith(asked))).toEqual([]);
});
