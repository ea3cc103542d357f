import { pino } from "pino";

type Line = (fields: Record<string, unknown>, message: string) => void;
/** One line for each thing that happened: fixed words in the past tense, the facts as fields. */
export type Log = Record<"debug" | "info" | "warn" | "error" | "fatal", Line>;

type Needs = {
	level: string;
	/** Lines for a person at a terminal instead of JSON. */
	readable?: boolean;
	/** Where JSON lines go; standard output unless told. */
	write?: (line: string) => void;
};

/**
 * JSON lines with `level`, `time` in ISO and `msg`.
 * Written synchronously: a kill right after a burst would lose the lines of an asynchronous logger.
 */
export async function createLog({
	level,
	readable = false,
	write,
}: Needs): Promise<Log> {
	const pretty = readable
		? await import("pino-pretty").catch(() => null)
		: null;
	const stream = write
		? { write }
		: (pretty?.default({
				sync: true,
				singleLine: true,
				translateTime: "SYS:HH:MM:ss",
			}) ?? pino.destination({ dest: 1, sync: true }));
	const log: Log = pino(
		{
			level,
			base: null,
			timestamp: () => `,"time":"${new Date().toISOString()}"`,
			formatters: { level: (label: string) => ({ level: label }) },
		},
		stream,
	);
	return log;
}
