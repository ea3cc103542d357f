import { onTestFinished } from "vitest";
import type { Recorded } from "../../src/inbox/inbox.ts";
import { temporaryFolder } from "../set-up.ts";
import { inboxContract } from "./contract.ts";
import { openStore } from "./store.ts";

inboxContract("the inbox in SQLite", async () => {
	const dir = temporaryFolder();
	const evicted: Recorded[] = [];
	let store = openStore(dir, undefined, (one) => evicted.push(one));
	onTestFinished(() => store.close());
	return {
		inbox: store.inbox,
		evicted: () => [...evicted],
		tallies: (since) => store.ledger.tallies(since),
		async reopen() {
			store.close();
			store = openStore(dir);
			return store.inbox;
		},
	};
});
