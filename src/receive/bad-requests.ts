import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../log.ts";

type Needs = {
	log: Pick<Log, "warn">;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

const MINUTE = 60_000;
/** Lines within a minute: a stranger can cause as many as he likes. */
const MOST_LINES = 10;

/** By Node's code for what it could not read, https://nodejs.org/api/http.html#event-clienterror; else 400. */
const STATUS: Readonly<Record<string, number>> = {
	HPE_HEADER_OVERFLOW: 431,
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
	ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers what never became a request: no HTTP, too long a header, or too slow to come. It may have been a webhook, so
 * it is a line of the log.
 */
export function createBadRequests({ log, monotonic }: Needs) {
	let until = 0;
	let lines = 0;

	function note(facts: Record<string, unknown>): void {
		if (monotonic() >= until) {
			until = monotonic() + MINUTE;
			lines = 0;
		}
		lines += 1;
		if (lines <= MOST_LINES) log.warn(facts, "request refused");
		else if (lines === MOST_LINES + 1)
			log.warn(facts, "requests refused, and no more lines for a minute");
	}

	return (error: NodeJS.ErrnoException, socket: Socket): void => {
		const { code = "" } = error;
		// It hung up: nobody is left to be answered.
		if (code === "ECONNRESET" || !socket.writable) {
			socket.destroy();
			return;
		}
		const status = STATUS[code] ?? 400;
		note({ ip: socket.remoteAddress, status, why: code });
		// In the midst of an answer this would be read as a part of it.
		if (socket.bytesWritten > 0) {
			socket.destroy();
			return;
		}
		socket.end(
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
			() => socket.destroy(),
		);
	};
}
