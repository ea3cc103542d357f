import { writeSync } from "node:fs";

const STDOUT = 1;
/** Where the reader is behind: until it is asked again, ms. */
const WAIT_MS = 1;
const asleep = new Int32Array(new SharedArrayBuffer(4));

export type Lines = {
	write(line: string): void;
	/** Writes at once what was held back. */
	flushSync(): void;
};

/**
 * Standard output, a line at a time. Those of one turn of the event loop are written with one call, before anything
 * else is read: a line costs next to nothing then, and a kill loses no more than if each was written by itself.
 *
 * Waits where the reader is behind. Node makes a pipe to it non-blocking as soon as any stream is piped in the
 * process, and pino's own writer then sleeps 100 ms at a time, in which nobody is answered.
 * @param atExit called with what is to be done before the process ends
 */
export function createStdout(atExit: (flush: () => void) => void): Lines {
	let held = "";

	function flushSync(): void {
		let left = Buffer.from(held);
		held = "";
		while (left.length > 0) left = left.subarray(written(left));
	}

	function written(bytes: Buffer): number {
		try {
			return writeSync(STDOUT, bytes);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			// Nobody reads any more, or the disk that it goes to is full: no reason to take no webhooks.
			if (code !== "EAGAIN") return bytes.length;
			Atomics.wait(asleep, 0, 0, WAIT_MS);
			return 0;
		}
	}

	atExit(flushSync);
	return {
		write(line) {
			if (held === "") queueMicrotask(flushSync);
			held += line;
		},
		flushSync,
	};
}
