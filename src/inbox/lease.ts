/** What one machine at a time may do. */
export type Lease = {
	/** Takes it where it is free, and holds it on where it is ours. @returns whether we hold it. @throws Transient */
	take(): Promise<boolean>;
	/** Whether it is ours, as far as is known here: it runs out by itself. */
	held(): boolean;
	/** Holds it on. @throws Transient where it is ours no more */
	confirm(): Promise<void>;
	/** Lets another have it at once. @throws Transient */
	release(): Promise<void>;
};

/** Where one process alone has the store, everything is its own. */
export const ALWAYS: Lease = {
	take: async () => true,
	held: () => true,
	confirm: async () => {},
	release: async () => {},
};

/** How often a lease is held on, or asked for, ms. */
export const RENEWAL_MS = 2_500;
/** How often one who waits for a lease asks for it, ms. */
const ASKING_MS = 250;

/** Does one thing at a time, of all machines: waits for the lease, and holds it on as long as the work takes. @throws Transient */
export function createTurns(
	lease: Lease,
	sleep: (ms: number) => Promise<unknown>,
) {
	return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
		while (!(await lease.take())) await sleep(ASKING_MS);
		// Lost all the same, it is another's: what the work writes is then no news, or refused.
		const holding = setInterval(
			() => lease.confirm().catch(() => {}),
			RENEWAL_MS,
		);
		try {
			return await work();
		} finally {
			clearInterval(holding);
			await lease.release().catch(() => {});
		}
	};
}
