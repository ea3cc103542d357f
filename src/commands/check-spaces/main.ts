import { runAsked } from "../../command-line.ts";
import { type Config, loadConfig } from "../../config.ts";
import { readEnvFile } from "../../environment.ts";
import { faultFields, Permanent, StartError, Transient } from "../../errors.ts";
import { inertText } from "../../inert.ts";
import type { DeliveryId } from "../../job.ts";
import type { Log } from "../../log.ts";
import { createLook } from "../../poll/look.ts";
import { createConceal } from "../../secret.ts";
import { wireAirtable, wireSpaces } from "../../wiring/outside.ts";
import { MINUTE, realWorld } from "../../wiring/world.ts";
import { createLookAll } from "./look.ts";
import { HELP, readOptions, type SpacesOptions } from "./options.ts";
import { reportJson, reportLines } from "./report.ts";

/** The engine and the running program use the same base. */
const REQUESTS_PER_SECOND = 1;

const quiet = () => {};
const LEAST_SECRET = 6;
/** Other parties' words stand in it. */
function complain(text: string): void {
	console.error(inertText(createConceal(process.env, LEAST_SECRET)(text)));
}
const told = (_fields: unknown, message: string) => complain(message);
const log: Log = {
	debug: quiet,
	info: quiet,
	warn: told,
	error: told,
	fatal: told,
};

/** @returns the exit code */
async function attempt(options: SpacesOptions): Promise<number> {
	readEnvFile();
	try {
		// No store is opened, so where it would stand is no matter.
		return await check(
			loadConfig(process.env, () => false),
			options,
		);
	} catch (error) {
		if (error instanceof StartError) console.error(error.message);
		else if (error instanceof Transient || error instanceof Permanent)
			complain(`Airtable could not be asked: ${error.message}`);
		else complain(JSON.stringify(faultFields(error)));
		return 1;
	}
}

async function check(
	settings: Config,
	{ job, json }: SpacesOptions,
): Promise<number> {
	const { now } = realWorld;
	const AIRTABLE_REQUESTS_PER_SECOND = Math.min(
		REQUESTS_PER_SECOND,
		settings.AIRTABLE_REQUESTS_PER_SECOND,
	);
	const config = { ...settings, AIRTABLE_REQUESTS_PER_SECOND };
	const newId = () => "" as DeliveryId;
	const common = { config, log, world: realWorld, newId };
	const { records } = wireAirtable(common, READ_ONLY);
	const spaces = wireSpaces(common, FORGETFUL);
	const lookAll = createLookAll({
		records,
		heads: spaces.heads,
		look: createLook(spaces),
		isNcaConfigured: config.NCA_BASE_URL !== undefined,
		statuses: config.POLLING_STATUSES,
		timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		now,
	});
	const looked = await lookAll(job);
	if (looked === null) {
		console.error(`No one record of Jobs bears the id ${job}.`);
		return 1;
	}
	if (json) console.log(reportJson(looked, now()));
	else console.log(reportLines(looked, now()).join("\n"));
	const isWhole = looked.every(({ heads }) =>
		heads.every(({ kind }) => kind !== "unknown"),
	);
	if (!isWhole) console.error("Spaces could not be asked about all of them.");
	return isWhole ? 0 : 1;
}

/** Nothing of what it reads is its own to write. */
const READ_ONLY = {
	pace: null,
	drain: {
		async confirm() {
			throw new Transient("this command writes nothing", { code: "READ_ONLY" });
		},
	},
};
const FORGETFUL = { fact: async () => null, note: async () => {} };

process.exitCode = await runAsked(
	{ name: "check:spaces", help: HELP },
	readOptions(process.argv.slice(2)),
	attempt,
);
