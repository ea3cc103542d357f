import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AirtableStandIn, startAirtable } from "./airtable.ts";
import { createEngine } from "./engine.ts";
import { startNca } from "./nca.ts";
import { type LogLine, type Program, startProgram } from "./program.ts";
import { startSpaces } from "./spaces.ts";

const NCA_KEY = "sandbox-nca-key";
const TOKEN = "sandbox-airtable-token";
const BASE = "appSANDBOX";
/** Airtable's own limit, and the program's default share of it. */
export const AIRTABLE_REQUESTS_PER_SECOND = 5;
/** Old enough to be stuck: nobody wants to wait five minutes. */
const AGE_MS = 7 * 60_000;

type Needs = {
	/** How long NCA works on a job, ms. */
	workMs: number;
	fileBytes: number;
	onLine: (line: LogLine) => void;
	/** NCA has put a file into Spaces. */
	onFile?: (name: string) => void;
};

/** The real program, the stand-ins that it talks to, and the engine that makes jobs; disposing of it ends them all. */
export type Stage = AsyncDisposable & {
	airtable: AirtableStandIn;
	program: Program;
	submit: ReturnType<typeof createEngine>;
	/** When a job that is stuck by now was created. */
	past: () => string;
	/** Has the program look for stuck jobs; resolves when it has, or when it cannot be asked. */
	round: () => Promise<void>;
};

/** @throws with what the program wrote, where it ends at its start */
export async function startStage({
	workMs,
	fileBytes,
	onLine,
	onFile,
}: Needs): Promise<Stage> {
	await using starting = new AsyncDisposableStack();
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-sandbox-"));
	starting.defer(() => rmSync(dir, { recursive: true, force: true }));
	const airtable = await startAirtable({
		apiKey: TOKEN,
		baseId: BASE,
		requestsPerSecond: AIRTABLE_REQUESTS_PER_SECOND,
	});
	starting.defer(airtable.close);
	const spaces = await startSpaces();
	starting.defer(spaces.close);
	const upload = (name: string) => {
		onFile?.(name);
		return spaces.put(name, fileBytes);
	};
	const nca = await startNca({ apiKey: NCA_KEY, upload, workMs });
	starting.defer(nca.close);
	const program = await startProgram({
		cwd: dir,
		onLine,
		env: {
			HOST: "127.0.0.1",
			PORT: "0",
			DATA_DIR: join(dir, "data"),
			AIRTABLE_API_KEY: TOKEN,
			AIRTABLE_BASE_ID: BASE,
			AIRTABLE_ENDPOINT_URL: airtable.url,
			AIRTABLE_REQUESTS_PER_SECOND: String(AIRTABLE_REQUESTS_PER_SECOND),
			SPACES_BASE_URL: spaces.base,
			NCA_BASE_URL: nca.url,
			NCA_API_KEY: NCA_KEY,
		},
	});
	starting.defer(async () => void (await program.stop("SIGTERM")));
	const submit = createEngine({
		airtable,
		nca,
		ncaApiKey: NCA_KEY,
		webhookBaseUrl: program.url,
	});
	const running = starting.move();
	return {
		airtable,
		program,
		submit,
		past: () => new Date(Date.now() - AGE_MS).toISOString(),
		async round() {
			const url = `${program.url}/debug/check-stuck-jobs`;
			await fetch(url, { method: "POST" })
				.then((response) => response.text())
				.catch(() => {});
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}

/** @returns early where the signal comes */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
	await sleep(ms, undefined, { signal }).catch(() => {});
}
