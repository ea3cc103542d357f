import { Transient } from "../../errors.ts";

/** Whoever waits for an acknowledgement waits no longer, ms. */
export const DEADLINE_MS = 2_000;
/** The code of the fault where `maxmemory` is used up: what frees memory is done all the same. */
const FULL = "REDIS_OOM";

/** Whether Redis took no more. */
export function isRedisFull(error: unknown): boolean {
	return error instanceof Transient && error.code === FULL;
}

/** Waits for work. @throws Transient where it takes longer than whoever waits for an acknowledgement waits */
export async function inTime<T>(work: Promise<T>): Promise<T> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => {
		const why = `Redis: not done within ${DEADLINE_MS} ms`;
		late.reject(new Transient(why, { code: "REDIS" }));
	}, DEADLINE_MS);
	try {
		return await Promise.race([work, late.promise]);
	} finally {
		clearTimeout(timer);
	}
}

/** Waits for what Redis was asked, its faults in our words. @throws Transient */
export async function translated<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (cause) {
		const why = wordOf(cause);
		const code = why.startsWith("OOM ") ? FULL : "REDIS";
		throw new Transient(`Redis: ${why}`, { code, cause });
	}
}

/** What an error says. */
export function wordOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
