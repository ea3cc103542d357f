import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startAirtable } from "../../src/sandbox/airtable.ts";
import { startProgram } from "../../src/sandbox/program.ts";
import { openStore } from "../inbox/store.ts";
import { post } from "../jobs.ts";
import { startSilent, startSmtp } from "../monitor/alerts/smtp.ts";
import {
	AIRTABLE_KEY,
	BASE_ID,
	environment,
	temporaryFolder,
} from "../set-up.ts";

/** The program in a process of its own, with something to tell by this mail server. */
async function setUp(smtpUrl: string) {
	const airtable = await startAirtable({
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
	});
	onTestFinished(airtable.close);
	const cwd = temporaryFolder();
	const DATA_DIR = join(cwd, "data");
	const store = openStore(DATA_DIR, Date.now);
	await store.ledger.note("round_held", 11);
	store.close();
	const start = async () => {
		const program = await startProgram({
			env: {
				...environment(airtable.url, "http://127.0.0.1:9/bucket"),
				HOST: "127.0.0.1",
				PORT: "0",
				DATA_DIR,
				ENABLE_JOB_POLLING: "false",
				ALERT_EMAIL: "people@example.com",
				SMTP_URL: smtpUrl,
			},
			cwd,
		});
		onTestFinished(async () => void (await program.stop("SIGKILL")));
		return program;
	};
	return { start };
}

test("it is told without anyone asking, and a restart repeats nothing", async () => {
	const smtp = await startSmtp();
	const bench = await setUp(smtp.url);
	const first = await bench.start();
	await smtp.until(1);
	await first.stop("SIGTERM");

	const second = await bench.start();
	const code = await second.stop("SIGTERM");

	expect(code).toBe(0);
	expect(smtp.subjects()).toEqual(["[nca-webhooks] opened: timeouts held"]);
});

test("a mail server that says nothing keeps neither a webhook from its answer nor the process from its end", async () => {
	const silent = await startSilent();
	const bench = await setUp(silent.url);
	const program = await bench.start();
	await silent.called;

	const answer = await post(program, "", { test: true });
	const code = await program.stop("SIGTERM");

	expect(answer.status).toBe(200);
	expect(code).toBe(0);
	expect(program.lines.at(-1)?.msg).toBe("stopped");
	expect(program.lines.map(({ msg }) => msg)).not.toContain("stopped late");
});
