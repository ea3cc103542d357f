import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { startProgram } from "../poll/rounds.ts";
import { HOUR, MINUTE, setUp, temporaryFolder } from "../set-up.ts";
import { figuresOf } from "./figures-of.ts";

/** A program on a store that took a webhook when nothing was counted as it came. */
async function onEarlierStore() {
	const bench = await setUp();
	const folder = { DATA_DIR: temporaryFolder() };
	const first = await startProgram(bench, folder);
	await succeed({ ...bench, ...first }, makeJob(bench, "combine"));
	await first.drain.once();
	first.close();
	const db = new DatabaseSync(join(folder.DATA_DIR, "inbox.db"));
	db.exec(
		"DELETE FROM recent; DELETE FROM totals; DELETE FROM facts WHERE name = 'last_received'",
	);
	db.close();
	return { ...bench, ...(await startProgram(bench, folder)) };
}

test("a store that counted no webhooks as they came is not said to have received none", async () => {
	const program = await onEarlierStore();

	const { webhooks } = await figuresOf(program);

	expect(webhooks).toMatchObject({ status: "Healthy", processed: 1 });
});

test("nor are operators told that none has ever come", async () => {
	const program = await onEarlierStore();
	program.clock.advance(2 * HOUR);
	makeJob(program, "combine", {}, -2 * HOUR + 10 * MINUTE);
	await program.poll.round();

	await program.alerts.look();

	expect(await program.alerts.open()).toMatchObject([
		{
			id: "webhooks_missing",
			details: "one is overdue, and none came within the last hour",
		},
	]);
});
