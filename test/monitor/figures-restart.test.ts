import { expect, test } from "vitest";
import { makeJob, post, succeed } from "../jobs.ts";
import { startProgram } from "../poll/rounds.ts";
import { setUp, temporaryFolder } from "../set-up.ts";
import { figuresOf } from "./figures-of.ts";

test("a restart changes no figure", async () => {
	const bench = await setUp();
	const folder = { DATA_DIR: temporaryFolder() };
	const first = await startProgram(bench, folder);
	const one = { ...bench, ...first };
	await succeed(one, makeJob(bench, "combine"));
	await first.drain.once();
	makeJob(bench, "concatenate");
	await first.poll.round();
	await succeed(one, makeJob(bench, "combine"));
	await post(one, "", []);
	await post(one, "", "not json");
	await first.writeAcknowledgements();
	const before = await figuresOf(first);
	first.close();

	const second = await startProgram(bench, folder);

	expect(before).toMatchObject({
		webhooks: { received: 4, processed: 1, parked: 1, failed: 1 },
		jobs: { stuck: 1, waiting: 1 },
		polling: { last_round: { waiting: 1 } },
	});
	expect(await figuresOf(second)).toEqual(before);
});
