import { describe, expect, test } from "vitest";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "../rounds.ts";
import type { Fault } from "./answers.ts";
import { type Deadlines, startWorld, type World } from "./campaign.ts";
import { expectAllRight, shelvedIn, type Verdict, verify } from "./verify.ts";

/** Real ms, for what hangs: so long one waits for it, and a slow machine's answers may be taken for late. */
export const SHORT: Deadlines = { airtableMs: 300, headMs: 300, ncaMs: 300 };

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
	/** In the long form, of 20 rounds, it is tried so often. */
	rounds?: number;
};

/** One of them is well again. */
export const mending =
	(who: keyof World["fail"]): Campaign["end"] =>
	({ fail }) =>
		fail[who](null);

/** It fails in this one way while it lasts, and is mended at its end. */
export const failing =
	(who: keyof World["fail"]) =>
	(fault: Fault): Pick<Campaign, "begin" | "end"> => ({
		begin: ({ fail }) => fail[who](fault),
		end: mending(who),
	});

/** Each step waits for deadlines in real time: few of them, so long by the turned clock. */
export const slowly = (stepMs: number) => ({
	steps: FAULT_ROUNDS > 2 ? 3 : 1,
	stepMs,
	deadlines: SHORT,
});

/** Once each, in few steps of the same time. */
const isShort = FAULT_ROUNDS <= 2;
const MOST_STEPS = 3;

const roundsOf = ({ deadlines, rounds = deadlines ? 3 : 10 }: Campaign) =>
	isShort ? 1 : Math.ceil((rounds * FAULT_ROUNDS) / 20);

function stepsOf({ steps, stepMs }: Campaign): [number, number] {
	const fewer = isShort ? Math.min(steps, MOST_STEPS) : steps;
	return [fewer, Math.round((stepMs * steps) / fewer)];
}

/** A test of one fault: while it lasts webhooks are acknowledged and nothing false is written, and after it all is right. */
export function testFault(what: string, campaign: Campaign): void {
	test(what, async () => {
		const rounds = roundsOf(campaign);
		const total = { acknowledged: 0, lost: 0, "written twice": 0 };
		for (let nth = 0; nth < rounds; nth += 1) {
			const world = await startWorld(campaign.deadlines, campaign.env);
			await world.live(1, 10_000);
			await meet(world, campaign, nth);
			const verdict = await recovered(world);
			total.acknowledged += verdict.acknowledged;
			total.lost += verdict.lost.length;
			total["written twice"] += verdict.twice.length;
		}
		tell(what, { tried: rounds, ...total });
	});
}

/** Tests of several: each by itself; in the short form one after another in the same world. */
export function testFaults(
	where: string,
	campaigns: readonly (Campaign & { what: string })[],
): void {
	if (isShort)
		test(`${where}: ${campaigns.length} faults, one after another`, async () => {
			const world = await startWorld();
			for (const campaign of campaigns) {
				const before = world.met();
				await meet(world, { ...campaign, steps: 1 }, 0);
				world.clock.advance(60_000);
				await world.work();
				expect(world.met(), campaign.what).toBeGreaterThan(before);
			}
			await recovered(world);
		});
	else
		describe(where, () => {
			for (const campaign of campaigns) testFault(campaign.what, campaign);
		});
}

/** Lives through it. */
async function meet(
	world: World,
	campaign: Campaign,
	nth: number,
): Promise<void> {
	campaign.begin(world, createChance(FAULT_SEED + nth));
	await world.live(...stepsOf(campaign), campaign.webhooks ?? 2);
	expect(await shelvedIn(world), "given up meanwhile").toEqual([]);
	campaign.end(world);
}

async function recovered(world: World): Promise<Verdict> {
	await world.recover();
	const verdict = await verify(world);
	expectAllRight(world, verdict);
	return verdict;
}
