import { openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { destroyedIn } from "../../src/inbox/sqlite/destroyed.ts";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post } from "../jobs.ts";
import { startStandIns } from "../process/stand-ins.ts";
import { MINUTE, START, temporaryFolder } from "../set-up.ts";

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 2);
const JOBS = 5;
const PAGE = 4096;

/** What is overwritten, by turns: where it begins, and how much, bytes. */
const WOUNDS = [
	{ from: 0, bytes: 100 },
	{ from: 0, bytes: 40 * PAGE },
	{ from: 0, bytes: PAGE },
	{ from: 20, bytes: 4 },
];

test("a database destroyed under a process that was killed is moved aside, and every job whose file is there is closed", async () => {
	for (let round = 0; round < ROUNDS; round += 1) await tryOnce(round);
});

async function tryOnce(round: number): Promise<void> {
	const dir = temporaryFolder();
	const { airtable, spaces, start } = await startStandIns(
		{},
		{ DATA_DIR: dir },
	);
	const aged = START - Date.now() + 10 * MINUTE;
	const jobs = Array.from({ length: JOBS }, () =>
		makeJob({ airtable }, "image_zoom", {}, aged),
	);
	// Acknowledged, and not yet written: Airtable hangs.
	airtable.fault(() => {});
	const first = await start({ ENABLE_JOB_POLLING: "false" });
	for (const job of jobs) {
		const url = spaces.put(job.file, 10);
		const body = composeSuccess(job.id, job.ncaJobId, url);
		const { body: said } = await post(first, `job_id=${job.id}`, body);
		expect(said.status).toBe("accepted");
	}
	await first.stop("SIGKILL");
	wound(dir, WOUNDS[round % WOUNDS.length] ?? { from: 0, bytes: PAGE });
	airtable.fault(null);

	const second = await start();

	for (const { id } of jobs)
		await airtable.until("Jobs", id, ({ Status }) => Status === "completed");
	const [aside, ...more] = await destroyedIn(dir);
	expect(more).toEqual([]);
	expect(readFileSync(join(dir, aside ?? "")).includes(0x5a)).toBe(true);
	expect(second.lines).toContainEqual(
		expect.objectContaining({ msg: "database destroyed", moved_to: aside }),
	);
}

/** Also its log, from which SQLite would mend it. */
function wound(dir: string, { from, bytes }: { from: number; bytes: number }) {
	for (const name of ["inbox.db", "inbox.db-wal"]) {
		const file = openSync(join(dir, name), "r+");
		writeSync(file, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
	}
}
