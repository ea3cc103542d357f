import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HOUR } from "../set-up.ts";
import { startCampaign } from "./campaign.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG } from "./verify.ts";

const SHIFTED = join(import.meta.dirname, "shifted-clock.ts");
/** An hour either way, and a day forward and back. */
const STEPS = [HOUR, 0, -HOUR, 0, 25 * HOUR, 0];

test("a clock that is set in a flood loses nothing, and the process goes on", async () => {
	const campaign = await startCampaign();
	const CLOCK_FILE = join(campaign.cwd, "clock");
	const set = (ms: number) => writeFileSync(CLOCK_FILE, String(ms));
	const chance = createChance();
	set(0);
	const options = { NODE_OPTIONS: `--import ${SHIFTED}`, CLOCK_FILE };
	const program = await campaign.start(options);
	const flood = campaign.flood();

	for (let nth = 0; nth < FAULT_ROUNDS; nth += 1) {
		set(STEPS[nth % STEPS.length] ?? 0);
		await flood.more(20 + Math.floor(chance() * 60));
	}
	const verdict = await campaign.verify(await flood.end());
	const times = program.lines.flatMap(({ time }) =>
		time === undefined ? [] : new Date(time as string).getTime(),
	);

	tell("the clock of the process set an hour or a day either way, in a flood", {
		tried: FAULT_ROUNDS,
		seed: FAULT_SEED,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject({
		...NOTHING_WRONG,
		unanswered: 0,
		refused: 0,
	});
	expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(HOUR);
});
