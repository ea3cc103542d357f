import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AirtableStandIn, startAirtable } from "../sandbox/airtable.ts";
import { type Program, startProgram } from "../sandbox/program.ts";
import { type SpacesStandIn, startSpaces } from "../sandbox/spaces.ts";

const TOKEN = "bench-airtable-token";
const BASE = "appBENCH";
/** Stuck, and due in each round. */
const AGE_MS = 10 * 60_000;

/** What Airtable allows, and how long it takes. */
export type Limits = {
	requestsPerSecond: number;
	latencyMs: number;
};

export type World = AsyncDisposable & {
	airtable: AirtableStandIn;
	spaces: SpacesStandIn;
	/** Starts the program, which knows these limits. */
	start(env: Record<string, string>): Promise<Program>;
};

/** Stand-ins for Airtable and Spaces on loopback, and a folder for the program. */
export async function createWorld(
	{ requestsPerSecond, latencyMs }: Limits,
	redisUrl: string | undefined,
): Promise<World> {
	const cleanup = new AsyncDisposableStack();
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-bench-"));
	cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
	const airtable = await startAirtable({
		apiKey: TOKEN,
		baseId: BASE,
		requestsPerSecond,
		latencyMs,
	});
	cleanup.defer(airtable.close);
	const spaces = await startSpaces();
	cleanup.defer(spaces.close);

	return {
		airtable,
		spaces,
		async start(env) {
			const program = await startProgram({
				cwd: dir,
				env: {
					HOST: "127.0.0.1",
					PORT: "0",
					DATA_DIR: join(dir, "data"),
					AIRTABLE_API_KEY: TOKEN,
					AIRTABLE_BASE_ID: BASE,
					AIRTABLE_ENDPOINT_URL: airtable.url,
					AIRTABLE_REQUESTS_PER_SECOND: String(requestsPerSecond),
					SPACES_BASE_URL: spaces.base,
					...(redisUrl && { REDIS_URL: redisUrl }),
					...env,
				},
			});
			cleanup.defer(async () => void (await program.stop("SIGKILL")));
			return program;
		},
		[Symbol.asyncDispose]: () => cleanup.disposeAsync(),
	};
}

export type BenchJob = { id: string; ncaJobId: string; url: string };

/** Stuck jobs of `combine`, each with a target of its own and its file in Spaces. Their ids are nobody else's. */
export function makeStuckJobs(
	{ airtable, spaces }: Pick<World, "airtable" | "spaces">,
	count: number,
): BenchJob[] {
	const createdTime = new Date(Date.now() - AGE_MS).toISOString();
	return Array.from({ length: count }, () => {
		const target = airtable.create(
			"Segments",
			{ Status: "Combining Media" },
			{ id: recordId() },
		);
		const id = recordId();
		const ncaJobId = randomUUID();
		const fields = {
			Type: "combine",
			Status: "processing",
			"External Job ID": ncaJobId,
			"Webhook URL": `https://engine.example/webhooks/nca-toolkit?job_id=${id}&operation=combine`,
			"Request Payload": `{'record_id': '${target}', 'webhook': True}`,
			"Related Segment Video": [target],
		};
		airtable.create("Jobs", fields, { id, createdTime });
		return { id, ncaJobId, url: spaces.put(`${ncaJobId}_output_0.mp4`, 64) };
	});
}

function recordId(): string {
	return `rec${randomUUID().replaceAll("-", "").slice(0, 14)}`;
}
