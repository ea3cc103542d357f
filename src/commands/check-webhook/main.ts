import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { runAsked } from "../../command-line.ts";
import { readEnvFile } from "../../environment.ts";
import { inertLines } from "../../inert.ts";
import { createHttp } from "../../probe/http.ts";
import { createAskNca } from "../../probe/nca.ts";
import { readEach } from "../../settings.ts";
import { createArrival } from "./arrival.ts";
import { checkFromNca } from "./from-nca.ts";
import { type CheckOptions, HELP, readOptions } from "./options.ts";
import { reportLines } from "./report.ts";
import { samplesOf } from "./samples.ts";
import { isTaken, sendSamples } from "./send.ts";
import { submitTinyJob } from "./tiny-job.ts";

type Settings = ReturnType<typeof readEach>["settings"];

const ROUTE = "/webhooks/nca-toolkit";
/** Of one request, ms. */
const DEADLINE_MS = 10_000;
/** What is read here: a fault in another setting is the doctor's matter. */
const USED = [
	"PORT",
	"WEBHOOK_BASE_URL",
	"WEBHOOK_SECRET",
	"ADMIN_TOKEN",
	"SPACES_BASE_URL",
	"NCA_BASE_URL",
	"NCA_API_KEY",
] as const;

const monotonic = () => performance.now();
const say = (lines: string) => console.log(inertLines(lines));

/** @returns the exit code */
async function check(options: CheckOptions): Promise<number> {
	readEnvFile();
	const { settings, faulty } = readEach(process.env);
	const wrong = USED.filter((name) => faulty.has(name));
	if (wrong.length > 0) {
		console.error(`These settings are wrong: ${wrong.join(", ")}`);
		return 1;
	}
	const here = settings.WEBHOOK_BASE_URL ?? `http://localhost:${settings.PORT}`;
	const url = options.url ?? `${here}${ROUTE}`;
	return options.fromNca
		? fromNca(url, settings, options)
		: send(url, settings);
}

async function send(
	url: string,
	{ WEBHOOK_SECRET: secret, SPACES_BASE_URL: bases = [] }: Settings,
): Promise<number> {
	const http = createHttp(DEADLINE_MS);
	const samples = samplesOf(bases[0] ?? "");
	const sent = await sendSamples({ http, url, secret, monotonic }, samples);
	say(reportLines(url, secret, sent).join("\n"));
	return sent.every(isTaken) ? 0 : 1;
}

async function fromNca(
	url: string,
	settings: Settings,
	{ waitMs }: CheckOptions,
): Promise<number> {
	const { NCA_BASE_URL: baseUrl, NCA_API_KEY: apiKey } = settings;
	const { WEBHOOK_BASE_URL: webhookBaseUrl, ADMIN_TOKEN: adminToken } =
		settings;
	if (!baseUrl || !apiKey || !webhookBaseUrl) {
		console.error(
			"--from-nca wants NCA_BASE_URL and NCA_API_KEY, and WEBHOOK_BASE_URL: where NCA reaches the program",
		);
		return 1;
	}
	const http = createHttp(DEADLINE_MS);
	const programUrl = url.replace(/(\/webhooks\/nca-toolkit)?\/*(\?.*)?$/, "");
	const arrived = await checkFromNca({
		submit: (job) => submitTinyJob({ http, nca: { baseUrl, apiKey } }, job),
		arrival: createArrival({ http, programUrl, adminToken }),
		ask: createAskNca({ baseUrl, apiKey, deadlineMs: DEADLINE_MS, monotonic }),
		webhookBaseUrl,
		nonce: `check-webhook-${randomUUID()}`,
		waitMs,
		say,
		sleep,
		monotonic,
	});
	return arrived ? 0 : 1;
}

process.exitCode = await runAsked(
	{ name: "check:webhook", help: HELP },
	readOptions(process.argv.slice(2)),
	check,
);
