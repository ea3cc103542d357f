/** How long the inbox may be unwritable before webhooks should go elsewhere, ms. */
const PATIENCE_MS = 60_000;

/** Whether webhooks can be taken: a flag that the writes themselves keep, so that asking costs nothing. */
export function createHealth(now: () => number) {
	let failingSince: number | null = null;

	return {
		canTake: () => failingSince === null || now() - failingSince < PATIENCE_MS,
		/** Whether the last write went well. */
		wrote: () => failingSince === null,
		/** Runs a write to the inbox, and remembers how it went. */
		async watch<T>(write: () => Promise<T>): Promise<T> {
			try {
				const result = await write();
				failingSince = null;
				return result;
			} catch (error) {
				failingSince ??= now();
				throw error;
			}
		},
	};
}
