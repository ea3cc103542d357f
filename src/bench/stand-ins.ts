import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AirtableStandIn, startAirtable } from "../sandbox/airtable.ts";
import { type SpacesStandIn, startSpaces } from "../sandbox/spaces.ts";
import { fileOf, floodJob } from "./webhooks.ts";

const TOKEN = "bench-airtable-token";
const BASE = "appBENCH";

export type StandIns = {
	airtable: AirtableStandIn;
	spaces: SpacesStandIn;
	/** Gone at the end. */
	dir: string;
	/** What the program is started with. */
	env: Record<string, string>;
};

/** Airtable, Spaces and a folder for the program, as it meets them in production: five Airtable calls a second. */
export async function startStandIns(
	cleanup: AsyncDisposableStack,
): Promise<StandIns> {
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-bench-"));
	cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
	const airtable = await startAirtable({ apiKey: TOKEN, baseId: BASE });
	cleanup.defer(airtable.close);
	const spaces = await startSpaces();
	cleanup.defer(spaces.close);
	const env = {
		NODE_ENV: "production",
		HOST: "127.0.0.1",
		PORT: "0",
		DATA_DIR: join(dir, "data"),
		AIRTABLE_API_KEY: TOKEN,
		AIRTABLE_BASE_ID: BASE,
		AIRTABLE_ENDPOINT_URL: airtable.url,
		SPACES_BASE_URL: spaces.base,
	};
	return { airtable, spaces, dir, env };
}

/** Makes the first jobs that a flood speaks of, with their files, as the engine has them when NCA is done. */
export function makeFloodJobs(
	{ airtable, spaces }: Pick<StandIns, "airtable" | "spaces">,
	jobs: number,
): void {
	for (let n = 0; n < jobs; n += 1) {
		const job = floodJob(n);
		airtable.create("Segments", {}, { id: job.targetId });
		airtable.create(
			"Jobs",
			{
				Type: "combine",
				Status: "processing",
				"External Job ID": job.ncaJobId,
				"Webhook URL": `https://engine.example/webhooks/nca-toolkit?job_id=${job.id}&operation=combine`,
				"Related Segment Video": [job.targetId],
			},
			{ id: job.id },
		);
		spaces.put(fileOf(job), 10);
	}
}
