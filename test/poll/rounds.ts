import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import type { Config } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { createParts, type Parts } from "../../src/wiring/parts.ts";
import { makeJob, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp } from "../set-up.ts";
import { createTicker } from "../ticker.ts";

const QUARTER = 15 * MINUTE;

/** Rounds, each settled, one at the beginning of each step, until so much time has gone by. @returns how many jobs they failed */
export async function goOn(
	{ poll, drain, clock }: Pick<SetUp, "poll" | "drain" | "clock">,
	ms: number,
	stepMs = QUARTER,
): Promise<number> {
	let failed = 0;
	for (let gone = 0; gone < ms; gone += stepMs) {
		failed += (await poll.round()).failed;
		await drain.once();
		clock.advance(stepMs);
	}
	return failed;
}

/** One round, settled. */
export async function roundOf(
	{ poll, drain }: Pick<SetUp, "poll" | "drain">,
	options: Parameters<Parts["poll"]["round"]>[0] = {},
) {
	const report = await poll.round(options);
	await drain.once();
	return report;
}

/** So many jobs of one operation. */
export function makeJobs(
	bench: Pick<SetUp, "airtable">,
	count: number,
	ageMs?: number,
): TestJob[] {
	return Array.from({ length: count }, () =>
		makeJob(bench, "combine", {}, ageMs),
	);
}

/** A job whose file is there: it shows that SPACES_BASE_URL is the right one. */
export function makeDone(bench: Pick<SetUp, "airtable" | "spaces">): TestJob {
	const job = makeJob(bench, "concatenate");
	bench.spaces.put(job.file, 10);
	return job;
}

export function statusOf(
	{ airtable }: Pick<SetUp, "airtable">,
	{ id }: Pick<TestJob, "id">,
): unknown {
	return airtable.get("Jobs", id).Status;
}

/** How many records were written. */
export function writes({ airtable }: Pick<SetUp, "airtable">): number {
	return airtable.calls.filter(({ method }) => method === "PATCH").length;
}

type Program = Parts & Pick<SetUp, "url" | "lines" | "said">;

/** One more program on the same stand-ins and clock, with settings of its own; its store must be nobody else's. */
export async function startProgram(
	{ config, clock }: Pick<SetUp, "config" | "clock">,
	change: Partial<Config>,
): Promise<Program> {
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const parts = await createParts({ ...config, ...change }, log, {
		now: clock.now,
		monotonic: clock.monotonic,
		random: () => 0,
		every: createTicker().every,
		sleep: async (ms) => clock.advance(Math.ceil(ms)),
	});
	let open = true;
	const close = () => {
		if (open) parts.close();
		open = false;
	};
	onTestFinished(close);
	const stand = await serve(parts.app);
	onTestFinished(stand.close);
	const said = (msg: string) => lines.filter((line) => line.msg === msg);
	return { ...parts, close, url: stand.url, lines, said };
}

/** What counts the calls to Airtable, too, which a round costs that writes nothing. */
const TALLIES = ["totals", "recent"];

/** Every row of every table of the store, but for the tallies. */
export function storeOf({
	config,
}: Pick<SetUp, "config">): Record<string, unknown[]> {
	const db = new DatabaseSync(join(config.DATA_DIR, "inbox.db"), {
		readOnly: true,
	});
	const tables = db
		.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
		.all()
		.map(({ name }) => String(name))
		.filter((name) => !TALLIES.includes(name));
	const rows = tables.map((name) => [
		name,
		db.prepare(`SELECT * FROM ${name}`).all(),
	]);
	db.close();
	return Object.fromEntries(rows);
}
