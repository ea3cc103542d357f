import { resolve6 } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { runAsked } from "../../command-line.ts";
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

/** @returns the exit code */
async function doctor({ json, object }: DoctorOptions): Promise<number> {
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
	console.log(json ? asJson(findings) : asText(findings, coloured));
	return isWell(findings) ? 0 : 1;
}

const code = await runAsked(
	{ name: "doctor", help: HELP },
	readOptions(process.argv.slice(2)),
	doctor,
);
// What was given up may still hold a connection: it is not waited for.
process.stdout.write("", () => process.exit(code));
