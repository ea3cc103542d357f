import { expect, test } from "vitest";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "../rounds.ts";
import {
	type Deadlines,
	expectAllRight,
	shelvedIn,
	startWorld,
	verify,
	type World,
} from "./campaign.ts";

/** Real ms, for what hangs: a fault lasts that long, and a slow machine's answers may be taken for one. */
export const SHORT: Deadlines = { airtableMs: 400, headMs: 400, ncaMs: 400 };

export type Campaign = {
	/** What makes it fail. */
	begin: (world: World, chance: () => number) => void;
	/** What mends it. */
	end: (world: World) => void;
	/** Steps of the turned clock while it lasts, and how long one is, ms. */
	steps: number;
	stepMs: number;
	/** Where something is waited for. */
	deadlines?: Deadlines;
	env?: Record<string, string>;
	/** Webhooks in each step. */
	webhooks?: number;
	/** In the long form it is tried so often. */
	rounds?: number;
};

/** Short: once each. */
const roundsOf = ({ deadlines, rounds = deadlines ? 3 : 20 }: Campaign) =>
	FAULT_ROUNDS <= 2 ? 1 : Math.ceil((rounds * FAULT_ROUNDS) / 20);

/** A test of one fault: while it lasts webhooks are acknowledged and nothing false is written, and after it all is right. */
export function testFault(what: string, campaign: Campaign): void {
	test(what, async () => {
		const rounds = roundsOf(campaign);
		const total = { acknowledged: 0, lost: 0, "written twice": 0 };
		for (let nth = 0; nth < rounds; nth += 1) {
			const world = await startWorld(campaign.deadlines, campaign.env);
			const { steps, stepMs, webhooks = 2 } = campaign;
			await world.live(1, 10_000);
			campaign.begin(world, createChance(FAULT_SEED + nth));
			await world.live(steps, stepMs, webhooks);
			expect(await shelvedIn(world), "given up meanwhile").toEqual([]);
			campaign.end(world);
			await world.recover();

			const verdict = await verify(world);
			total.acknowledged += verdict.acknowledged;
			total.lost += verdict.lost.length;
			total["written twice"] += verdict.twice.length;
			expectAllRight(world, verdict);
		}
		tell(what, { tried: rounds, ...total });
	});
}
