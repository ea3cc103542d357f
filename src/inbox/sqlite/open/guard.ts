import { isDestroyed, translated } from "../faults.ts";

/** Runs one thing on the database. @throws what it met, and whatever is asked later once it was damage */
export type Guard = <T>(work: () => T) => T;

/** What was looked at wrongly once is not to be trusted with another write. @param damaged told once, of the first damage */
export function createGuard(damaged: (error: unknown) => void): Guard {
	let damage: unknown = null;
	return function guarded<T>(work: () => T): T {
		if (damage !== null) throw damage;
		try {
			return translated(work);
		} catch (error) {
			if (isDestroyed(error) && damage === null) {
				damage = error;
				damaged(error);
			}
			throw error;
		}
	};
}
