import { expect, test } from "vitest";
import { startCampaign } from "./campaign.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";

/** A fault comes after so many more acknowledgements at most. */
const LONGEST_WAIT = 80;

test("kill -9 in a flood loses nothing that was acknowledged, and writes nothing twice", async () => {
	const campaign = await startCampaign();
	const chance = createChance();
	await campaign.start();
	const flood = campaign.flood();

	for (let nth = 0; nth < FAULT_ROUNDS; nth += 1) {
		await flood.more(1 + Math.floor(chance() * LONGEST_WAIT));
		await campaign.stop("SIGKILL");
		await campaign.start();
	}
	const verdict = await campaign.verify(await flood.end());

	tell("kill -9 in a flood", {
		tried: FAULT_ROUNDS,
		seed: FAULT_SEED,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject(NOTHING_WRONG);
	expect(verdict.acknowledged).toBeGreaterThan(FAULT_ROUNDS);
});
