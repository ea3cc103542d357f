import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import type { LogLine } from "../../src/sandbox/program.ts";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post } from "../jobs.ts";
import { startStandIns } from "./stand-ins.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** Everything that the program prints, as it stands, from its start to its end after what is done to it. */
async function printedBy(
	{ cwd, env }: { cwd: string; env: Record<string, string> },
	act: (url: string) => Promise<void>,
): Promise<string> {
	const child = spawn(process.execPath, [MAIN], {
		cwd,
		env,
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill("SIGKILL"));
	let printed = "";
	for await (const line of createInterface(child.stdout)) {
		printed += `${line}\n`;
		const { msg, url } = JSON.parse(line) as LogLine;
		if (msg !== "started") continue;
		await act(String(url));
		child.kill("SIGTERM");
	}
	return printed;
}

/** What is left of it by a command of the shell. */
function through(command: string, text: string): LogLine[] {
	return execFileSync("sh", ["-c", command], { input: text, encoding: "utf8" })
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

test("of what production prints, the plan's own greps leave every attempt on the webhook route, and no health check", async () => {
	const bench = await startStandIns(
		{},
		{ NODE_ENV: "production", ENABLE_JOB_POLLING: "false" },
	);
	const job = makeJob(bench, "combine");
	const file = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, file);

	const printed = await printedBy(bench, async (url) => {
		await fetch(`${url}/health`);
		await fetch(`${url}/health`, { method: "POST" });
		await post({ url }, `job_id=${job.id}`, "{");
		await post({ url }, `job_id=${job.id}`, body);
		await bench.airtable.until(
			"Jobs",
			job.id,
			({ Status }) => Status === "completed",
		);
	});

	const attempt = { method: "POST", path: "/webhooks/nca-toolkit" };
	const attempts = [
		{ ...attempt, status: 400, msg: "webhook refused" },
		{ ...attempt, status: 200, msg: "webhook received", job_id: job.id },
	];
	expect(through("grep POST | grep -v health", printed)).toMatchObject(
		attempts,
	);
	expect(through("grep webhook", printed)).toMatchObject([
		...attempts,
		{ msg: "job settled", via: "webhook", job_id: job.id },
	]);
});
