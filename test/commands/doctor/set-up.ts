import { readdirSync } from "node:fs";
import { connect } from "node:tls";
import { expect, onTestFinished } from "vitest";
import { createAreas } from "../../../src/commands/doctor/areas.ts";
import { createClean } from "../../../src/commands/doctor/clean.ts";
import {
	type Diagnosis,
	diagnose,
} from "../../../src/commands/doctor/diagnose.ts";
import { resolveHost } from "../../../src/commands/doctor/webhook-address.ts";
import { verifyMail } from "../../../src/monitor/alerts/mail.ts";
import {
	type AirtableStandIn,
	startAirtable,
} from "../../../src/sandbox/airtable.ts";
import { ENGINE_SCHEMA } from "../../../src/sandbox/airtable-schema.ts";
import { startSpaces } from "../../../src/sandbox/spaces.ts";
import {
	AIRTABLE_KEY,
	BASE_ID,
	environment,
	temporaryFolder,
} from "../../set-up.ts";

export const SECRET = "0123456789abcdef-webhooks";
export const TOKEN = "0123456789abcdef-operators";

type Options = {
	schema?: typeof ENGINE_SCHEMA;
	onRootFileSystem?: boolean;
	resolve6?: (name: string) => Promise<string[]>;
	now?: () => number;
};

export type Doctor = {
	airtable: AirtableStandIn;
	/** `DATA_DIR`, unless the test sets another. */
	dir: string;
	env: Record<string, string>;
	/** What is found of an area; without one, of all. */
	examine: (area?: string) => Promise<Diagnosis[]>;
};

/** A sound set-up on stand-ins, but for what the test says; after each look, nothing may have changed. */
export async function setUpDoctor(
	settings: Record<string, string> = {},
	options: Options = {},
): Promise<Doctor> {
	const { schema = ENGINE_SCHEMA, now = Date.now } = options;
	const airtable = await startAirtable({
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
		fetches: false,
		schema,
	});
	onTestFinished(airtable.close);
	const spaces = await startSpaces();
	onTestFinished(spaces.close);
	const dir = temporaryFolder();
	const env = {
		...environment(airtable.url, spaces.base),
		DATA_DIR: dir,
		WEBHOOK_SECRET: SECRET,
		ADMIN_TOKEN: TOKEN,
		...settings,
	};

	async function examine(wanted?: string): Promise<Diagnosis[]> {
		const areas = createAreas({
			env,
			object: null,
			onRootFileSystem: () => options.onRootFileSystem ?? false,
			resolve: resolveHost,
			resolve6: options.resolve6 ?? (async () => []),
			connect,
			verifyMail: (url) => verifyMail(url, 5_000),
			now,
			monotonic: () => performance.now(),
			sleep: async () => {},
		}).filter(({ area }) => !wanted || area === wanted);
		const found = await diagnose(areas, 60_000);
		expect(airtable.calls.filter(({ method }) => method !== "LIST")).toEqual(
			[],
		);
		expect(readdirSync(dir)).toEqual([]);
		return found.map(createClean(env));
	}

	return { airtable, dir, env, examine };
}

/** Those that a person has to look at. */
export function amiss(findings: readonly Diagnosis[]): Diagnosis[] {
	return findings.filter(({ state }) => state !== "ok");
}
