import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAirtable } from "./airtable.ts";
import { cast, type Part } from "./cast.ts";
import { createEngine } from "./engine.ts";
import { type DemoJob, judgeJob } from "./judge-demo.ts";
import { startNca } from "./nca.ts";
import { startProgram } from "./program.ts";
import { startSpaces } from "./spaces.ts";
import { createStory } from "./story.ts";

const NCA_KEY = "demo-nca-key";
const TOKEN = "demo-airtable-token";
const BASE = "appDEMO";
/** Old enough to be stuck: nobody wants to wait five minutes for a demo. */
const AGE_MS = 7 * 60_000;
const MADE_EVERY_MS = 800;
const ROUND_EVERY_MS = 3_000;
/** Without `--once`: how often another job is made. */
const NEXT_EVERY_MS = 6_000;
/** The longest the cast may take before it is called broken. */
const PATIENCE_MS = 90_000;

/** Runs the whole system on this machine and tells what happens. @returns the exit code */
async function demo(once: boolean): Promise<number> {
	await using cleanup = new AsyncDisposableStack();
	const dir = mkdtempSync(join(tmpdir(), "nca-webhooks-demo-"));
	cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
	const airtable = await startAirtable({
		apiKey: TOKEN,
		baseId: BASE,
		requestsPerSecond: 5,
	});
	cleanup.defer(airtable.close);
	const spaces = await startSpaces();
	cleanup.defer(spaces.close);
	const upload = (name: string) => spaces.put(name, 100_000);
	const nca = await startNca({ apiKey: NCA_KEY, upload, workMs: 300 });
	cleanup.defer(nca.close);

	const made = new Map<string, DemoJob>();
	const story = createStory(made);
	const program = await startProgram({
		cwd: dir,
		onLine: story.heard,
		env: {
			HOST: "127.0.0.1",
			PORT: "0",
			DATA_DIR: join(dir, "data"),
			AIRTABLE_API_KEY: TOKEN,
			AIRTABLE_BASE_ID: BASE,
			AIRTABLE_ENDPOINT_URL: airtable.url,
			SPACES_BASE_URL: spaces.base,
			NCA_BASE_URL: nca.url,
			NCA_API_KEY: NCA_KEY,
		},
	});
	cleanup.defer(async () => void (await program.stop("SIGTERM")));
	story.opens(program.url);

	const interrupted = new AbortController();
	const { signal } = interrupted;
	process.once("SIGINT", () => interrupted.abort());
	const submit = createEngine({
		airtable,
		nca,
		ncaApiKey: NCA_KEY,
		webhookBaseUrl: program.url,
	});
	const past = () => new Date(Date.now() - AGE_MS).toISOString();
	const make = async (part: Part) => {
		const job = { ...(await submit(part.operation, part.fate, past())), part };
		made.set(job.id, job);
		story.made(job);
		if (part.mishap === "dropped") airtable.drop(1, job.ncaJobId);
		if (part.mishap === "set back") {
			const isClosed = ({ Status }: Record<string, unknown>) =>
				Status === "completed";
			void airtable
				.until("Jobs", job.id, isClosed)
				.then(() => airtable.set("Jobs", job.id, { Status: "processing" }));
		}
	};
	const foreign = airtable.create("Jobs", FOREIGN, { createdTime: past() });
	story.madeForeign();
	const judged = () => [...made.values()].map((job) => judgeJob(airtable, job));

	const rounds = setInterval(() => {
		fetch(`${program.url}/debug/check-stuck-jobs`, { method: "POST" }).catch(
			() => {},
		);
	}, ROUND_EVERY_MS);
	cleanup.defer(() => clearInterval(rounds));
	for (const part of cast) {
		if (signal.aborted) break;
		await make(part);
		await pause(MADE_EVERY_MS, signal);
	}
	const deadline = Date.now() + PATIENCE_MS;
	while (
		!signal.aborted &&
		Date.now() < deadline &&
		judged().some(({ wrong }) => wrong)
	) {
		await pause(200, signal);
	}
	if (!once) {
		story.goesOn(program.url);
		for (let nth = 0; !signal.aborted; nth += 1) {
			const part = cast[nth % cast.length];
			if (part) await make(part);
			await pause(NEXT_EVERY_MS, signal);
		}
	}
	const foreignLeft = airtable.get("Jobs", foreign).Status === FOREIGN.Status;
	return story.ends(
		judged(),
		foreignLeft,
		airtable.throttled(),
		signal.aborted && !once,
	);
}

/** Another service's job: it looks stuck, and is none of our business. */
const FOREIGN = {
	Type: "video_generation",
	Status: "processing",
	"External Job ID": "kling-000000000001",
	"Webhook URL": "https://engine.example/webhooks/goapi?operation=video",
};

async function pause(ms: number, signal: AbortSignal): Promise<void> {
	await sleep(ms, undefined, { signal }).catch(() => {});
}

if (process.env.FLY_APP_NAME) {
	console.error(
		"The demo does not run on Fly: it is for a laptop, and makes jobs of its own.",
	);
	process.exit(1);
}
process.exitCode = await demo(process.argv.includes("--once"));
