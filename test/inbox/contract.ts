import { describe } from "vitest";
import type { Inbox, Recorded } from "../../src/inbox/inbox.ts";
import { budgetContract } from "./contract-budget.ts";
import { claimsContract } from "./contract-claims.ts";
import { depthContract } from "./contract-depth.ts";
import { endingsContract } from "./contract-endings.ts";
import { errandsContract } from "./contract-errands.ts";
import { listsContract } from "./contract-lists.ts";
import { putContract } from "./contract-put.ts";
import { recordsContract } from "./contract-records.ts";
import { replayContract } from "./contract-replay.ts";
import { talliesContract } from "./contract-tallies.ts";
import { totalsContract } from "./contract-totals.ts";
import { unmatchedContract } from "./contract-unmatched.ts";

export type Opened = {
	inbox: Inbox;
	/** What was told before it went to make room. */
	evicted: () => readonly Recorded[];
	/** What it has counted. */
	tallies: (since?: number) => Promise<Map<string, number>>;
	/** Closes the store in the middle of whatever it does, and opens what it kept. */
	reopen: () => Promise<Inbox>;
};

/** An empty store of its own for each test, which is closed after it. */
export type Open = () => Promise<Opened>;

/** What every store of the inbox promises. */
export function inboxContract(name: string, open: Open): void {
	describe(name, () => {
		describe("budget", () => budgetContract(open));
		describe("lists", () => listsContract(open));
		describe("put", () => putContract(open));
		describe("claims", () => claimsContract(open));
		describe("depth", () => depthContract(open));
		describe("endings", () => endingsContract(open));
		describe("errands", () => errandsContract(open));
		describe("records", () => recordsContract(open));
		describe("replay", () => replayContract(open));
		describe("tallies", () => talliesContract(open));
		describe("totals", () => totalsContract(open));
		describe("unmatched", () => unmatchedContract(open));
	});
}
