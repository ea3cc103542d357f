import { readdirSync } from "node:fs";
import { onTestFinished } from "vitest";
import { residentMb } from "../../src/bench/child.ts";

const EACH_MS = 250;

/** What a process has taken of the machine so far. */
export type Watched = {
	/** Open files and sockets now. */
	handles: () => number;
	/** Looks no more; to be told before the process ends. @returns every sample */
	end: () => readonly number[];
};

/** Samples the resident memory of a process, MB. */
export function watchProcess(pid: number): Watched {
	const memory = [residentMb(pid).now];
	const timer = setInterval(() => {
		memory.push(residentMb(pid).now);
	}, EACH_MS);
	onTestFinished(() => clearInterval(timer));
	return {
		handles: () => readdirSync(`/proc/${pid}/fd`).length,
		end() {
			clearInterval(timer);
			return memory;
		},
	};
}
