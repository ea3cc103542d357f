import { pino } from "pino";
import { inertJson, speltOutJson } from "./inert.ts";

type Line = (fields: Record<string, unknown>, message: string) => void;
/** One line for each thing that happened: fixed words in the past tense, the facts as fields. */
export type Log = Record<"debug" | "info" | "warn" | "error" | "fatal", Line>;

type Needs = {
	level: string;
	/** Lines for a person at a terminal instead of JSON. */
	readable?: boolean;
	/** Takes out of a line what must not be in it. */
	conceal?: (line: string) => string;
	/** Where JSON lines go. */
	write: (line: string) => void;
	/** Writes at once what was held back; called after a fatal line. */
	flushSync?: () => void;
};

/** JSON lines with `level`, `time` in ISO and `msg`. Whatever strangers wrote into a field, no terminal acts on it. */
export async function createLog({
	level,
	readable = false,
	conceal = (line) => line,
	write,
	flushSync = () => {},
}: Needs): Promise<Log> {
	const pretty = readable
		? await import("pino-pretty").catch(() => null)
		: null;
	const terminal = pretty?.default({
		sync: true,
		singleLine: true,
		translateTime: "SYS:HH:MM:ss",
	});
	const stream = terminal
		? { write: (line: string) => terminal.write(speltOutJson(conceal(line))) }
		: { write: (line: string) => write(inertJson(conceal(line))), flushSync };
	const log: Log = pino(
		{
			level,
			base: null,
			timestamp: createTimestamp(),
			formatters: { level: (label: string) => ({ level: label }) },
		},
		stream,
	);
	return log;
}

/** Many lines are of the same millisecond, and a date is dear to write. */
function createTimestamp(): () => string {
	let at = Number.NaN;
	let text = "";
	return () => {
		const now = Date.now();
		if (now !== at) text = `,"time":"${new Date(now).toISOString()}"`;
		at = now;
		return text;
	};
}
