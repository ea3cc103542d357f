import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios from "axios";
import { atMost } from "./at-most.ts";
import type { StoredObject } from "./object.ts";

/** What Spaces says of one object. */
export type Head =
	| { kind: "found"; object: StoredObject /** bytes */; size: number }
	/** Not there, or empty. Spaces answers 403 for a missing object in a bucket whose listing is private. */
	| { kind: "absent"; object: StoredObject; why: string }
	/** Spaces could not say; never taken for absent. */
	| { kind: "unknown"; object: StoredObject; why: string };

export type HeadObject = (object: StoredObject) => Promise<Head>;

type Needs = {
	/** For one HEAD, ms. */
	deadlineMs: number;
	/** How many at once. */
	most: number;
};

/** Asks Spaces for objects by HEAD. Never throws: what it cannot learn is `unknown`. */
export function createHead({ deadlineMs, most }: Needs): HeadObject {
	const through = atMost(most);
	const client = axios.create({
		httpAgent: new HttpAgent({ keepAlive: true }),
		httpsAgent: new HttpsAgent({ keepAlive: true }),
		maxRedirects: 0,
		proxy: false,
		decompress: false,
		validateStatus: () => true,
	});

	async function head(object: StoredObject): Promise<Head> {
		try {
			const { status, headers } = await client.head(object.url, {
				// axios's own timeout is none for the whole.
				signal: AbortSignal.timeout(deadlineMs),
			});
			return judge(object, status, headers["content-length"]);
		} catch (error) {
			return { kind: "unknown", object, why: faultOf(error, deadlineMs) };
		}
	}

	return (object) => through(() => head(object));
}

function judge(object: StoredObject, status: number, length: unknown): Head {
	if (status === 403 || status === 404) {
		return { kind: "absent", object, why: `HEAD ${status}` };
	}
	if (status !== 200) return { kind: "unknown", object, why: `HEAD ${status}` };
	const size = length === undefined ? Number.NaN : Number(length);
	if (size > 0) return { kind: "found", object, size };
	return size === 0
		? { kind: "absent", object, why: "HEAD 200, empty" }
		: { kind: "unknown", object, why: "HEAD 200 without a length" };
}

/** A word for the fault; the error itself holds the whole request. */
function faultOf(error: unknown, deadlineMs: number): string {
	if (axios.isCancel(error)) return `HEAD not answered within ${deadlineMs} ms`;
	const code = axios.isAxiosError(error) ? error.code : undefined;
	return `HEAD failed: ${code ?? "unknown fault"}`;
}
