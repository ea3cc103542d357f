import type { Reading, SenderProof } from "../job.ts";
import { HEAD_BYTES, type RawBody } from "./body.ts";
import { senderProof } from "./proof.ts";
import { paramsOf, parseObject, readWebhook } from "./read.ts";

export type Incoming = {
	method: string;
	/** Raw, without `?`. */
	query: string;
	body:
		| { kind: "whole"; bytes: Buffer }
		| Extract<RawBody, { kind: "too large" }>;
	contentEncoding: string | undefined;
	signature: string | undefined;
};

/** What becomes of a request, before it is recorded as just that. */
export type Admission = {
	state: "accepted" | "parked" | "refused" | "test";
	status: 200 | 202 | 400 | 401 | 405 | 413 | 415;
	/** Why it is parked or refused. */
	reason: string | null;
	proof: SenderProof;
	/** null where the body was not read as one. */
	reading: Reading | null;
	/** What is kept of the body. */
	bytes: Buffer;
};

type Needs = {
	/** Live secrets; none: everyone is let in. */
	secrets: readonly string[];
	isOurFile: (url: string) => boolean;
};

/** The ladder of refusals, in the order of the contract. Pure, and asks nobody. */
export function createAdmit({ secrets, isOurFile }: Needs) {
	return function admit(incoming: Incoming): Admission {
		const { method, query, body, contentEncoding, signature } = incoming;
		const bytes = body.kind === "whole" ? body.bytes : body.head;
		const refuse = (
			status: Admission["status"],
			reason: string,
			kept = bytes,
		): Admission => ({
			state: "refused",
			status,
			reason,
			proof: "none",
			reading: null,
			bytes: kept,
		});

		if (method === "GET")
			return refuse(
				405,
				"only POST is taken: this GET may be a POST that a redirect emptied",
			);
		if (method !== "POST") return refuse(405, "only POST is taken");
		if (body.kind === "too large") return refuse(413, "the body is over 1 MiB");
		if (contentEncoding && contentEncoding.toLowerCase() !== "identity") {
			return refuse(415, "compressed bodies are not taken");
		}
		const proof = senderProof(secrets, { body: bytes, query, signature });
		if (secrets.length > 0 && proof === "none") {
			return refuse(
				401,
				"no valid token or signature",
				bytes.subarray(0, HEAD_BYTES),
			);
		}
		const parsed = parseObject(bytes);
		if (parsed.kind === "not json") {
			return refuse(
				400,
				bytes.length === 0 ? "the body is empty" : "the body is not JSON",
			);
		}

		const park = (reason: string, reading: Reading | null): Admission => ({
			state: "parked",
			status: 202,
			reason,
			proof,
			reading,
			bytes,
		});
		if (parsed.kind === "other")
			return park("not an object", readWebhook(query, {}));
		const reading = readWebhook(query, parsed.fields);
		const admitted = {
			status: 200,
			reason: null,
			proof,
			reading,
			bytes,
		} as const;
		if (reading.isTest) return { ...admitted, state: "test" };
		const why = unusable(reading);
		return why ? park(why, reading) : { ...admitted, state: "accepted" };
	};

	function unusable({ verdict, jobId, ncaJobId }: Reading): string | null {
		if (verdict.kind === "none") return "no verdict";
		if (verdict.kind === "completed" && !verdict.urls.every(isOurFile))
			return "foreign file";
		return jobId === null && ncaJobId === null ? "no usable id" : null;
	}
}

/** The query as it is recorded and compared: as sent, but for the token. */
export function withoutToken(query: string): string {
	// Nor is there one that is written with escapes.
	if (!/token|%/.test(query)) return query;
	return query
		.split("&")
		.filter((part) => !paramsOf(part).has("token"))
		.join("&");
}
