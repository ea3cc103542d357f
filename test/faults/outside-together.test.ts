import { describe, expect, test } from "vitest";
import {
	brokenOff,
	type Fault,
	flapping,
	json,
	onWrites,
	page,
	reset,
	silent,
	unheard,
} from "./outside/answers.ts";
import { startWorld } from "./outside/campaign.ts";
import { SHORT, slowly, testFault } from "./outside/try-fault.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED } from "./rounds.ts";

const MINUTE = 60_000;

const airtable: Record<string, (chance: () => number) => Fault> = {
	flaps: (chance) => flapping(chance, [page(503), reset, brokenOff]),
	throttles: () => json(429, { errors: [{ error: "RATE_LIMIT_REACHED" }] }),
	"is down": () => page(503),
	"writes unheard": () => onWrites(unheard((res) => res.socket?.destroy())),
	"has withdrawn the token": () => json(401, { error: { type: "AUTH" } }),
};
const spaces: Record<string, Fault> = {
	hangs: silent,
	"is down": page(503),
	resets: reset,
	"is well": (_req, _res, next) => next(),
};
const nca: Record<string, Fault> = {
	hangs: silent,
	"is down": page(500),
	"answers HTML": page(200),
};

const all = Object.entries(airtable).flatMap(([a, of]) =>
	Object.entries(spaces).flatMap(([s, ofSpaces]) =>
		Object.entries(nca).map(([n, ofNca]) => ({
			what: `Airtable ${a}, Spaces ${s}, NCA ${n}`,
			of,
			ofSpaces,
			ofNca,
		})),
	),
);

/** Two, as chance has it; in the long form all. */
function some() {
	if (FAULT_ROUNDS > 2) return all;
	const chance = createChance(FAULT_SEED);
	const worst = all.filter(({ what }) => /flaps.*hangs.*hangs/.test(what));
	const picked = Array.from(
		{ length: 1 },
		() => all[Math.floor(chance() * all.length)],
	);
	return [...worst, ...picked.flatMap((one) => one ?? [])];
}

describe("all at once:", () => {
	for (const { what, of, ofSpaces, ofNca } of some())
		testFault(what, {
			begin({ fail }, chance) {
				fail.airtable(of(chance));
				fail.spaces(ofSpaces);
				fail.nca(ofNca);
			},
			end({ fail }) {
				fail.airtable(null);
				fail.spaces(null);
				fail.nca(null);
			},
			...slowly(MINUTE),
			webhooks: 4,
			rounds: 1,
		});
});

test("while nobody answers, the drain and a round end within their deadlines", async () => {
	const world = await startWorld(SHORT);
	for (let nth = 0; nth < 5; nth += 1) await world.webhook();
	world.stuck();
	for (const fail of Object.values(world.fail)) fail(silent);
	const stop = world.start();
	await expect.poll(world.met, { timeout: 20_000 }).toBeGreaterThan(0);
	const began = performance.now();

	const round = world.poll.round();
	await Promise.all([stop(), expect(round).rejects.toThrow("Airtable")]);

	// Each reads twice; and a machine can be slow.
	expect(performance.now() - began).toBeLessThan(20 * SHORT.airtableMs);
	expect(world.refused()).toBe(0);
});
