import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "src/main.ts");

/** One line of the program's log. */
export type LogLine = Record<string, unknown> & { msg: string };

/** The program in a process of its own, as in production. */
export type Program = {
	url: string;
	pid: number;
	/** Every line so far. */
	lines: LogLine[];
	/** Resolves when it has ended, asked or not, with what `stop` resolves with. */
	exited: Promise<number | null>;
	/** Ends it with a signal; resolves with its exit code, null where the signal was the end. */
	stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
};

type Needs = {
	env: Record<string, string>;
	/** Where no `.env` of a person is found. */
	cwd: string;
	onLine?: (line: LogLine) => void;
	/** Once it has started, what it writes is read and dropped. */
	deaf?: boolean;
	/** When it fires the process is killed, started or not. */
	killedBy?: AbortSignal;
};

/** Starts `src/main.ts` with nothing of this process's environment, and waits until it listens. @throws with what it wrote where it ends instead */
export function startProgram({
	env,
	cwd,
	onLine,
	deaf = false,
	killedBy,
}: Needs): Promise<Program> {
	const start = howStarted();
	const child = spawn(process.execPath, [...start.options, MAIN], {
		cwd,
		env: { ...start.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	killedBy?.addEventListener("abort", () => child.kill("SIGKILL"));
	const exited = new Promise<number | null>((resolve) =>
		child.once("exit", (code) => resolve(code)),
	);
	const lines: LogLine[] = [];
	let complaint = "";
	child.stderr.on("data", (chunk) => {
		complaint += chunk;
	});

	return new Promise((resolve, reject) => {
		const reader = createInterface(child.stdout);
		reader.on("line", (text) => {
			const line = parsed(text);
			lines.push(line);
			onLine?.(line);
			if (line.msg !== "started") return;
			resolve({
				url: String(line.url),
				pid: Number(line.pid),
				lines,
				exited,
				stop: (signal) => stop(child, signal, exited),
			});
			if (!deaf) return;
			reader.close();
			child.stdout.resume();
		});
		exited.then((code) =>
			reject(new Error(`the program ended with ${code}: ${complaint}`)),
		);
	});
}

/** What `npm start` gives to Node: what is measured here is what is run there. */
function howStarted(): { env: Record<string, string>; options: string[] } {
	const { scripts } = JSON.parse(
		readFileSync(join(ROOT, "package.json"), "utf8"),
	) as { scripts: { start: string } };
	const words = scripts.start.split(" ");
	const node = words.indexOf("node");
	const settings = words.slice(0, node).map((word) => word.split("="));
	return {
		env: Object.fromEntries(
			settings.map(([name = "", folder = ""]) => [name, join(ROOT, folder)]),
		),
		options: words.slice(node + 1, -1),
	};
}

function stop(
	child: ChildProcess,
	signal: NodeJS.Signals,
	exited: Promise<number | null>,
): Promise<number | null> {
	child.kill(signal);
	return exited;
}

function parsed(text: string): LogLine {
	try {
		return JSON.parse(text) as LogLine;
	} catch {
		return { msg: text };
	}
}
