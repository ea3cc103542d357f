import { Transient } from "../../errors.ts";

/** Primary result codes, https://sqlite.org/rescode.html */
const BUSY = 5;
const FULL = 13;
/** Of the machine, not of what was asked: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. */
const OF_THE_MACHINE = new Set([BUSY, 6, 7, 8, 10, FULL, 14]);
/** CORRUPT and NOTADB: what is on the disk is no database any more. Nothing else says so. */
const DESTROYED = new Set([11, 26]);
/** The code of a `Transient` where the disk is full. */
export const FULL_CODE = `SQLITE_${FULL}`;
const LOCKED_CODE = `SQLITE_${BUSY}`;

/** Thrown where a check of the file finds that it is no sound database. */
export class StoreDestroyed extends Error {
	override readonly name = "StoreDestroyed";
}

/** Whether another process has its hands on the file, in the words of SQLite. */
export function isBusy(error: unknown): boolean {
	return resultCode(error) === BUSY;
}

/** Whether it may pass: of the machine, not of what was asked. */
export function isOfTheMachine(error: unknown): boolean {
	return OF_THE_MACHINE.has(resultCode(error) ?? -1);
}

/** Whether the file itself is broken: a fault of the machine, that may pass, is never taken for it. */
export function isDestroyed(error: unknown): boolean {
	return (
		error instanceof StoreDestroyed || DESTROYED.has(resultCode(error) ?? -1)
	);
}

/** Whether the disk took no more. */
export function isFull(error: unknown): boolean {
	return error instanceof Transient && error.code === FULL_CODE;
}

/** Whether another process has its hands on the database. */
export function isLocked(error: unknown): boolean {
	return error instanceof Transient && error.code === LOCKED_CODE;
}

/** Runs one thing on the database, its faults in our words. @throws Transient for those of the machine */
export function translated<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (!isOfTheMachine(error)) throw error;
		throw new Transient(`the inbox's database: ${String(error)}`, {
			code: `SQLITE_${resultCode(error)}`,
			cause: error,
		});
	}
}

function resultCode(error: unknown): number | null {
	if (!(error instanceof Error) || !("errcode" in error)) return null;
	// The low byte: the rest says more of the same, e.g. which I/O failed.
	return Number(error.errcode) & 0xff;
}
