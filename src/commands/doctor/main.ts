import { resolve6 } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { onRootFileSystem, readEnvFile } from "../../environment.ts";
import { createAreas } from "./areas.ts";
import { createClean } from "./clean.ts";
import { diagnose } from "./diagnose.ts";
import { type DoctorOptions, HELP, readOptions } from "./options.ts";
import { asJson, asText, isWell } from "./report.ts";
import { resolveHost } from "./webhook-address.ts";

/** All areas together, ms. */
const DEADLINE_MS = 45_000;

/** For each step at a mail server, ms. */
const MAIL_STEP_MS = 10_000;

/** Only where there is a mail server need be loaded what talks to it. */
async function verifyMail(url: string): Promise<void> {
	const mail = await import("../../monitor/alerts/mail.ts");
	await mail.verifyMail(url, MAIL_STEP_MS);
}

/** @returns what is written, and the exit code */
async function doctor({
	json,
	object,
}: DoctorOptions): Promise<[string, number]> {
	readEnvFile();
	const { env, stdout } = process;
	const areas = createAreas({
		env,
		object,
		onRootFileSystem,
		resolve: resolveHost,
		resolve6,
		connect,
		verifyMail,
		now: Date.now,
		monotonic: () => performance.now(),
		sleep,
	});
	const findings = (await diagnose(areas, DEADLINE_MS)).map(createClean(env));
	const coloured = stdout.isTTY && stdout.hasColors();
	const text = json ? asJson(findings) : asText(findings, coloured);
	return [text, isWell(findings) ? 0 : 1];
}

async function main(args: readonly string[]): Promise<[string, number]> {
	const asked = readOptions(args);
	if (asked.kind === "run") return doctor(asked.options);
	if (asked.kind === "help") return [HELP, 0];
	console.error(`doctor: ${asked.fault}\n\n${HELP}`);
	return ["", 2];
}

const [text, code] = await main(process.argv.slice(2));
// What was given up may still hold a connection: it is not waited for.
process.stdout.write(text && `${text}\n`, () => process.exit(code));
