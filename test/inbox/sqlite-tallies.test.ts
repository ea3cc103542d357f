import { expect, onTestFinished, test } from "vitest";
import { createClock, HOUR, START, temporaryFolder } from "../set-up.ts";
import { openStore } from "./store.ts";

test("what was counted over 25 hours ago is kept as a total alone", async () => {
	const clock = createClock();
	const { ledger, close } = openStore(temporaryFolder(), clock.now);
	onTestFinished(close);
	const one = new Map([["a", 1]]);
	await ledger.tally(one, START - HOUR);
	await ledger.tally(one, START);

	clock.advance(25 * HOUR);
	await ledger.prune(0, 0);
	await ledger.tally(one, clock.now());
	await ledger.prune(0, 0);

	expect(await ledger.tallies()).toEqual(new Map([["a", 3]]));
	expect(await ledger.tallies(0)).toEqual(new Map([["a", 2]]));
});
