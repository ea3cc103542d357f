import type { Pace } from "../airtable/pace.ts";
import type { Inbox } from "./inbox.ts";
import type { Lease } from "./lease.ts";
import type { Ledger } from "./ledger.ts";

/** Where everything is kept: on this machine's disk, or in a Redis that several machines share. */
export type Store = {
	inbox: Inbox;
	ledger: Ledger;
	/** Who holds it takes out of the inbox, and writes to Airtable. */
	drain: Lease;
	/** Who holds it polls. */
	round: Lease;
	/** The pace of the base, where machines share it. */
	pace: Pace | null;
	/** Whether it tells by itself, through `start`, when something is due: whoever puts it in need not. */
	tells: boolean;
	/** Resolves when it can be used, or when that takes too long to wait for. */
	ready(): Promise<void>;
	/** Begins to hold the drain, where others want it too. @returns what ends that */
	start(hooks: Hooks): () => Promise<void>;
	close(): void;
};

type Hooks = {
	/** Something is due, or the drain is ours. */
	wake: () => void;
	/** Runs a write to the store, and remembers how it went. */
	watch: <T>(write: () => Promise<T>) => Promise<T>;
};
