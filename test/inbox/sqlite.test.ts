import { onTestFinished } from "vitest";
import { temporaryFolder } from "../set-up.ts";
import { inboxContract } from "./contract.ts";
import { openStore } from "./store.ts";

inboxContract("the inbox in SQLite", async () => {
	const dir = temporaryFolder();
	let store = openStore(dir);
	onTestFinished(() => store.close());
	return {
		inbox: store.inbox,
		tallies: (since) => store.ledger.tallies(since),
		async reopen() {
			store.close();
			store = openStore(dir);
			return store.inbox;
		},
	};
});
