import { describe, expect, test } from "vitest";
import { createArrival } from "../../src/commands/check-webhook/arrival.ts";
import { checkFromNca } from "../../src/commands/check-webhook/from-nca.ts";
import { submitTinyJob } from "../../src/commands/check-webhook/tiny-job.ts";
import { createHttp } from "../../src/probe/http.ts";
import { createAskNca } from "../../src/probe/nca.ts";
import type { NcaStandIn } from "../../src/sandbox/nca.ts";
import { type SetUp, setUpWithNca } from "../set-up.ts";
import { runCommand } from "./command.ts";

const NONCE = "check-webhook-n0";
const ADMIN = "an admin token of 24 characters";

type Bench = SetUp & { nca: NcaStandIn };
type Turn = { apiKey?: string; adminToken?: string; jobIs?: "queued" };

/** The check, its waiting but a moment in which NCA does all it has to do. */
async function check(bench: Bench, { adminToken, jobIs, ...turn }: Turn = {}) {
	const { nca, url } = bench;
	const { NCA_API_KEY = "" } = bench.config;
	const http = createHttp(60_000);
	const apiKey = turn.apiKey ?? NCA_API_KEY;
	const said: string[] = [];
	let time = 0;
	const monotonic = () => time;
	const ask = createAskNca({
		baseUrl: nca.url,
		apiKey,
		deadlineMs: 60_000,
		monotonic,
	});
	const arrived = await checkFromNca({
		submit: async (job) => {
			const from = { http, nca: { baseUrl: nca.url, apiKey } };
			const taken = await submitTinyJob(from, job);
			await nca.idle();
			if ("jobId" in taken && jobIs) nca.say(taken.jobId, jobIs);
			return taken;
		},
		arrival: createArrival({ http, programUrl: url, adminToken }),
		ask,
		webhookBaseUrl: url,
		nonce: NONCE,
		waitMs: 60_000,
		say: (line) => said.push(line),
		sleep: async (ms) => {
			await nca.idle();
			time += ms;
		},
		monotonic,
	});
	return { arrived, said: said.join("\n") };
}

test("a webhook that NCA itself sends is seen to arrive", async () => {
	const bench = await setUpWithNca();

	const { arrived, said } = await check(bench);

	expect(arrived).toBe(true);
	expect(said).toContain("Its webhook arrived, 0.0 s after NCA took the job");
	expect(bench.nca.asked).toEqual([]);
});

describe("where it does not arrive, NCA is asked why", () => {
	test("it has run the job, and the webhook was lost on its way", async () => {
		const bench = await setUpWithNca();
		bench.nca.fate(NONCE, { dies: "before the webhook" });

		const { arrived, said } = await check(bench);

		expect(arrived).toBe(false);
		expect(said).toContain("did not arrive within 60.0 s");
		expect(said).toContain("lost between NCA and the program");
	});

	test("it is still in the queue", async () => {
		const bench = await setUpWithNca();
		bench.nca.fate(NONCE, { dies: "before the webhook" });

		const { said } = await check(bench, { jobIs: "queued" });

		expect(said).toContain(
			"After 20.0 s: nothing yet; NCA says that it is queued",
		);
		expect(said).toContain("NCA still has it in its queue");
	});

	test("seldom: each question leaves a file there", async () => {
		const bench = await setUpWithNca();
		bench.nca.fate(NONCE, { dies: "before the file" });

		await check(bench);

		expect(bench.nca.asked).toHaveLength(3);
	});
});

test("what NCA says of itself steers no terminal", async () => {
	const bench = await setUpWithNca();
	bench.nca.fault((_req, res) => {
		res.status(202).json({ job_id: "\u001b[2J\u009b31m" });
	});

	const { said } = await check(bench);

	expect(said).toContain("NCA has queued job");
	expect(said.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
});

test("an NCA that refuses the key is named, and nothing is waited for", async () => {
	const bench = await setUpWithNca();

	const { arrived, said } = await check(bench, { apiKey: "another" });

	expect(arrived).toBe(false);
	expect(said).toBe("NCA refused NCA_API_KEY (401).");
});

test("NCA is given no work where the program will not say what arrived", async () => {
	const bench = await setUpWithNca({ ADMIN_TOKEN: ADMIN });
	let asked = 0;
	bench.nca.fault((_req, _res, next) => {
		asked += 1;
		next();
	});

	const { said } = await check(bench, { adminToken: `${ADMIN}, another` });

	expect(said).toContain(
		"cannot be asked what arrived: it refused ADMIN_TOKEN",
	);
	expect(asked).toBe(0);
});

test("as a command it ends with 0 when it arrived, and tells no secret", async () => {
	const { url, nca, config } = await setUpWithNca({ ADMIN_TOKEN: ADMIN });
	const { NCA_API_KEY = "" } = config;

	const { code, stdout } = await runCommand(
		"check-webhook",
		["--from-nca", "--wait", "60"],
		{
			WEBHOOK_BASE_URL: url,
			NCA_BASE_URL: nca.url,
			NCA_API_KEY,
			ADMIN_TOKEN: ADMIN,
		},
	);

	expect(stdout).toContain("Its webhook arrived");
	expect(stdout).not.toContain(ADMIN);
	expect(stdout).not.toContain(NCA_API_KEY);
	expect(code).toBe(0);
});

test("as a command it says which settings it wants", async () => {
	const { code, stderr } = await runCommand("check-webhook", ["--from-nca"]);

	expect(code).toBe(1);
	expect(stderr).toContain("NCA_BASE_URL and NCA_API_KEY");
});
