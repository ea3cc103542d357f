import type { Log } from "../../log.ts";
import { type Lease, RENEWAL_MS } from "../lease.ts";

type Needs = {
	lease: Lease;
	/** It is ours now. */
	taken: () => void;
	/** Runs a write to the store, and remembers how it went. */
	watch: <T>(write: () => Promise<T>) => Promise<T>;
	log: Log;
};

/** Asks for the lease, and holds it on, again and again. @returns what ends it, and lets another have it */
export function keepLease({
	lease,
	taken,
	watch,
	log,
}: Needs): () => Promise<void> {
	let was = false;

	async function ask(): Promise<void> {
		// A store that does not answer has a line of its own.
		const is = await watch(lease.take).catch(lease.held);
		if (is === was) return;
		was = is;
		if (is) {
			log.info({}, "drain taken over");
			taken();
		} else log.warn({}, "drain lost to another machine");
	}

	let asking = ask();
	const timer = setInterval(() => {
		asking = asking.then(ask);
	}, RENEWAL_MS);
	return async () => {
		clearInterval(timer);
		await asking;
		await lease.release().catch(() => {});
	};
}
