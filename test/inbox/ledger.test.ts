import { onTestFinished } from "vitest";
import { temporaryFolder } from "../set-up.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { openStore } from "./store.ts";

ledgerContract("the ledger in SQLite", async () => {
	const dir = temporaryFolder();
	let store = openStore(dir);
	onTestFinished(() => store.close());
	return {
		ledger: store.ledger,
		async reopen() {
			store.close();
			store = openStore(dir);
			return store.ledger;
		},
	};
});
