import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Campaign, startCampaign } from "./campaign.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";

/** A fault comes after so many more acknowledgements at most. */
const MOST_BETWEEN = 80;
/** From the spawn of a process to its first request it takes a few hundred ms; it is killed within so many. */
const START_MS = 600;
/** And to its end within so many, ms. */
const STOP_MS = 60;

/** Does it in a flood, each time after another number of acknowledgements; and what the second pass says. */
async function inFlood(
	fault: string,
	does: (campaign: Campaign, chance: () => number) => Promise<void>,
) {
	const campaign = await startCampaign();
	const chance = createChance();
	await campaign.start();
	const flood = campaign.flood();

	for (let nth = 0; nth < FAULT_ROUNDS; nth += 1) {
		await flood.more(1 + Math.floor(chance() * MOST_BETWEEN));
		await does(campaign, chance);
	}
	const sent = await flood.end();
	const verdict = await campaign.verify(sent);

	tell(fault, {
		tried: FAULT_ROUNDS,
		seed: FAULT_SEED,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject(NOTHING_WRONG);
	expect(verdict.acknowledged).toBeGreaterThan(FAULT_ROUNDS);
	return { campaign, sent };
}

test("kill -9 in a flood loses nothing that was acknowledged, and writes nothing twice", async () => {
	await inFlood("kill -9 in a flood", async (campaign) => {
		await campaign.stop("SIGKILL");
		await campaign.start();
	});
});

test("kill -9 during the start, again and again, loses nothing either", async () => {
	let early = 0;

	await inFlood("kill -9 during the start", async (campaign, chance) => {
		await campaign.stop("SIGKILL");
		const hadStarted = await campaign.killInStart(chance() * START_MS);
		if (!hadStarted) early += 1;
		await campaign.start();
	});

	expect(early).toBeGreaterThan(0);
});

test("SIGTERM in a flood ends it with 0, and who was not answered was not recorded either", async () => {
	const codes = new Set<number | null>();

	const { campaign, sent } = await inFlood(
		"SIGTERM in a flood",
		async (campaign) => {
			codes.add(await campaign.stop("SIGTERM"));
			await campaign.start();
		},
	);

	expect([...codes]).toEqual([0]);
	for (const { job, answer } of sent)
		if (answer.kind === "unanswered")
			expect(await campaign.webhooksOf(job)).toBe(0);
});

test("kill -9 while it stops loses nothing", async () => {
	await inFlood("kill -9 while it stops", async (campaign, chance) => {
		const program = campaign.running();
		const stopped = campaign.stop("SIGTERM");
		await pause(chance() * STOP_MS);
		await program.stop("SIGKILL");
		await stopped;
		await campaign.start();
	});
});
