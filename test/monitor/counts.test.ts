import { expect, test } from "vitest";
import { createCounts } from "../../src/monitor/counts.ts";
import { START } from "../set-up.ts";
import { createTallies } from "./ledger.ts";

function setUp() {
	const ledger = createTallies();
	return { ledger, ...createCounts({ ledger, now: () => START }) };
}

test("what was counted is in no store before it is written", async () => {
	const { add, write, ledger } = setUp();
	add("head found");

	const before = await ledger.tallies();
	await write();

	expect(before).toEqual(new Map());
	expect(await ledger.tallies()).toEqual(new Map([["head found", 1]]));
});

test("each is written once", async () => {
	const { add, write, ledger } = setUp();
	add("airtable 200");
	add("airtable 200", 2);
	add("airtable fault");

	await write();
	await write();

	expect(await ledger.tallies()).toEqual(
		new Map([
			["airtable 200", 3],
			["airtable fault", 1],
		]),
	);
});

test("what could not be written is written with what came since", async () => {
	const { add, write, ledger } = setUp();
	add("head absent");
	ledger.fill(true);
	await expect(write()).rejects.toThrow("the disk is full");
	add("head absent");

	ledger.fill(false);
	await write();

	expect(await ledger.tallies()).toEqual(new Map([["head absent", 2]]));
});
