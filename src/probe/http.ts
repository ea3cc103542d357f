import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios from "axios";

type Request = {
	method: "GET" | "HEAD" | "POST";
	url: string;
	headers?: Record<string, string>;
	/** Sent as JSON. */
	json?: unknown;
};

/** What came back, whatever its status; or why nothing did. */
export type Answer =
	| {
			kind: "answered";
			status: number;
			/** The header `Content-Length`. */
			length: number | null;
			/** By their names in lower case; of several of one name, all with commas between. */
			headers: Record<string, string>;
			text: string;
	  }
	| {
			kind: "fault";
			why: string;
			/** Node's word for it, such as `ENOTFOUND`; `LATE` where the deadline passed. */
			code: string;
	  };

export type Http = (request: Request) => Promise<Answer>;

/** Longest answer that is read, bytes. */
const LONGEST = 2 * 1024 * 1024;

/** Asks over kept connections, follows no redirect, and throws nothing. @param deadlineMs for the whole of one request */
export function createHttp(deadlineMs: number): Http {
	const client = axios.create({
		httpAgent: new HttpAgent({ keepAlive: true }),
		httpsAgent: new HttpsAgent({ keepAlive: true }),
		maxRedirects: 0,
		maxContentLength: LONGEST,
		proxy: false,
		decompress: false,
		// axios asks for gzip by itself, which nobody here would unpack.
		headers: { "Accept-Encoding": "identity" },
		responseType: "text",
		transformResponse: (text) => text,
		validateStatus: () => true,
	});

	return async ({ method, url, headers = {}, json }) => {
		try {
			const answer = await client.request<string>({
				method,
				url,
				headers,
				data: json,
				// axios's own timeout is none for the whole.
				signal: AbortSignal.timeout(deadlineMs),
			});
			const length = answer.headers["content-length"];
			return {
				kind: "answered",
				status: answer.status,
				length: length === undefined ? null : Number(length),
				headers: asText(answer.headers),
				text: answer.data,
			};
		} catch (error) {
			return { kind: "fault", ...faultOf(error, deadlineMs) };
		}
	};
}

function asText(headers: object): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, String(value)]),
	);
}

/** Words for the fault; the error itself holds the whole request, with its key. */
function faultOf(
	error: unknown,
	deadlineMs: number,
): { why: string; code: string } {
	if (axios.isCancel(error))
		return { why: `not answered within ${deadlineMs} ms`, code: "LATE" };
	const code = axios.isAxiosError(error) ? error.code : undefined;
	return {
		why: `failed: ${code ?? "unknown fault"}`,
		code: code ?? "unknown fault",
	};
}
