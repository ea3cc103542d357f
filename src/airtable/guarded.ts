import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Transient } from "../errors.ts";

/** More than a page of 100 records takes whose long texts are full, bytes; what is longer has no end. */
export const LONGEST_ANSWER = 32 * 1024 * 1024;

/** Node tells it of each request, as that is made: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http */
const MADE = "http.client.request.created";

/**
 * Bounds a request of a client that knows no bounds: its answer is cut at so many bytes and when the time is over, an
 * answer that breaks off is one, no redirect is followed, and nothing is unpacked. What is cut keeps no socket.
 * @param send makes its one request before it returns
 * @throws Transient where there is no whole answer
 */
export function guarded<T>(
	deadlineMs: number,
	send: () => Promise<T>,
	longest = LONGEST_ANSWER,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const { work, request } = madeBy(send);
		const cut = (code: string, what: string) => {
			// Of an answer that is cut the client may never tell.
			clearTimeout(timer);
			reject(new Transient(`Airtable ${what}`, { code }));
			request?.destroy();
		};
		const timer = setTimeout(
			() => cut("DEADLINE", `did not answer within ${deadlineMs} ms`),
			deadlineMs,
		);
		work.then(resolve, reject).finally(() => clearTimeout(timer));
		// Before the client looks at it.
		request?.prependListener("response", (answer: IncomingMessage) => {
			// With these it would go elsewhere with the token, or unpack without an end.
			delete answer.headers.location;
			delete answer.headers["content-encoding"];
			let length = 0;
			answer.on("data", (chunk: Buffer) => {
				length += chunk.length;
				if (length > longest)
					cut("TOO_LONG", `answered with more than ${longest} bytes`);
			});
			answer.on("close", () => {
				if (!answer.complete) cut("BROKEN_OFF", "broke off its answer");
			});
		});
	});
}

/** The request that it made. */
function madeBy<T>(send: () => Promise<T>) {
	let request: ClientRequest | undefined;
	const note = (made: unknown) => {
		({ request } = made as { request: ClientRequest });
	};
	subscribe(MADE, note);
	try {
		return { work: send(), request };
	} finally {
		unsubscribe(MADE, note);
	}
}
