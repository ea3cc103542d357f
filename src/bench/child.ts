import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of this folder in a process of its own. */
export type Child = {
	/** Its next message, after this one was sent to it. @throws AbortError where it ends instead */
	ask<T>(message?: object): Promise<T>;
	kill(): void;
};

/** A clock tick of `/proc`, seconds. */
const TICK = 1 / 100;

/** Starts a file of this folder. */
export function startChild(file: string): Child {
	const path = fileURLToPath(new URL(file, import.meta.url));
	const child: ChildProcess = fork(path, { env: {}, execArgv: [] });
	const ended = new AbortController();
	child.once("exit", () => ended.abort());
	return {
		async ask<T>(message?: object) {
			const answered = once(child, "message", { signal: ended.signal });
			if (message) child.send(message);
			const [answer] = await answered;
			return answer as T;
		},
		kill: () => void child.kill("SIGKILL"),
	};
}

/** Stops a process where it stands, so that it costs nothing, until it is thawed. */
export function freeze(pid: number): void {
	process.kill(pid, "SIGSTOP");
}

/** Lets it go on. */
export function thaw(pid: number): void {
	process.kill(pid, "SIGCONT");
}

/** What a process keeps in memory now, and the most that it ever did: MB. */
export function residentMb(pid: number): { now: number; most: number } {
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	const mb = (name: string) =>
		Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
	return { now: mb("VmRSS"), most: mb("VmHWM") };
}

/** How long a process has had a processor, seconds. */
export function cpuSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	const [, , ...fields] = stat.slice(stat.lastIndexOf(")")).split(" ");
	return (Number(fields[10]) + Number(fields[11])) * TICK;
}
