import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startProgram } from "../../src/sandbox/program.ts";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post } from "../jobs.ts";
import { temporaryFolder } from "../set-up.ts";
import { startStandIns } from "./stand-ins.ts";

const completed = (fields: Record<string, unknown>) =>
	fields.Status === "completed";

test("a webhook is answered while Airtable hangs, and a kill -9 right after the answer loses nothing", async () => {
	const bench = await startStandIns();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	bench.airtable.fault(() => {});
	const first = await bench.start();

	const answer = await post(
		first,
		`job_id=${job.id}&operation=combine`,
		composeSuccess(job.id, job.ncaJobId, url),
	);
	await first.stop("SIGKILL");

	expect(answer.body.status).toBe("accepted");
	bench.airtable.fault(null);
	await bench.start({ ENABLE_JOB_POLLING: "false" });
	await bench.airtable.until("Jobs", job.id, completed);
	expect(bench.airtable.get("Segments", job.targetId).Status).toBe("combined");
});

test("a stuck job is closed by the round at the start, without anyone asking", async () => {
	const bench = await startStandIns();
	const job = makeJob(
		bench,
		"add_music",
		{},
		Date.parse("2026-11-23T12:00:00Z") - Date.now() + 10 * 60_000,
	);
	bench.spaces.put(job.file, 10);

	await bench.start();

	await bench.airtable.until("Jobs", job.id, completed);
});

describe("a signal stops it with exit code 0", () => {
	test.each(["SIGTERM", "SIGINT"] as const)("%s", async (signal) => {
		const bench = await startStandIns();
		const program = await bench.start();

		const code = await program.stop(signal);

		expect(code).toBe(0);
		expect(program.lines.at(-1)?.msg).toBe("stopped");
	});

	test("within ten seconds, even while Airtable hangs", async () => {
		const bench = await startStandIns();
		const job = makeJob(bench, "combine");
		const url = bench.spaces.put(job.file, 10);
		bench.airtable.fault(() => {});
		const program = await bench.start();
		await post(
			program,
			`job_id=${job.id}`,
			composeSuccess(job.id, job.ncaJobId, url),
		);
		const began = performance.now();

		const code = await program.stop("SIGTERM");

		expect(code).toBe(0);
		expect(performance.now() - began).toBeLessThan(10_000);
	});

	test("when the request in flight is answered, and no new one is taken", async () => {
		const bench = await startStandIns();
		const program = await bench.start();
		const { hostname, port } = new URL(program.url);
		const socket = connect(Number(port), hostname);
		const body = JSON.stringify({ test: true });
		const head = [
			"POST /webhooks/nca-toolkit HTTP/1.1",
			"Host: x",
			`Content-Length: ${body.length}`,
			"Expect: 100-continue",
		];
		socket.write(`${head.join("\r\n")}\r\n\r\n`);
		const [reading] = await once(socket, "data");
		expect(String(reading)).toContain("100 Continue");

		const stopped = program.stop("SIGTERM");
		socket.write(body);
		const [answer] = await once(socket, "data");

		expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK/);
		expect(await stopped).toBe(0);
		await expect(fetch(`${program.url}/health`)).rejects.toThrow();
	});
});

test("a second start on the same DATA_DIR is refused with a clear message, and a kill -9 frees it", async () => {
	const bench = await startStandIns();
	const first = await bench.start();

	await expect(bench.start()).rejects.toThrow(
		/ended with 1: .*data is in use by another process/s,
	);

	await first.stop("SIGKILL");
	await expect(bench.start()).resolves.toBeDefined();
});

test("a port that is taken ends it with a message, and frees the store", async () => {
	const bench = await startStandIns();
	const server = createServer().listen(0, "127.0.0.1");
	onTestFinished(() => void server.close());
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? String(address?.port) : "";

	await expect(bench.start({ PORT: port })).rejects.toThrow(
		/ended with 1: .*EADDRINUSE/s,
	);
	await expect(bench.start()).resolves.toBeDefined();
});

test("wrong and missing settings are all named at once, with exit code 1", async () => {
	const start = startProgram({
		env: { PORT: "x", POLLING_INTERVAL_MINUTES: "0", WEBHOOK_SECRET: "short" },
		cwd: temporaryFolder(),
	});

	const complaint = await start.then(String, (error: Error) => error.message);

	expect(complaint).toContain("ended with 1");
	for (const name of [
		"PORT",
		"POLLING_INTERVAL_MINUTES",
		"WEBHOOK_SECRET",
		"AIRTABLE_API_KEY",
		"AIRTABLE_BASE_ID",
	]) {
		expect(complaint).toContain(name);
	}
});
