import type { SenderProof } from "../job.ts";
import { hmac, isSameSecret } from "../secret.ts";
import { only } from "./read.ts";

type Request = {
	body: Buffer;
	/** The raw query, without `?`. */
	query: string;
	/** The header `X-NCA-Signature`. */
	signature: string | undefined;
};

/** The `token` that a webhook URL must carry: hex HMAC-SHA256 of `{job_id}:{operation}`. */
export function tokenFor(
	secret: string,
	jobId: string,
	operation: string,
): string {
	return hmac(secret, `${jobId}:${operation}`);
}

/** What the sender has shown that it knows, under any of the secrets. */
export function senderProof(
	secrets: readonly string[],
	{ body, query, signature }: Request,
): SenderProof {
	if (secrets.length === 0) return "none";
	const params = new URLSearchParams(query);
	const token = only(params, "token");
	const jobId = only(params, "job_id");
	const operation = only(params, "operation");
	for (const secret of secrets) {
		if (signature && isSameSecret(signature, hmac(secret, body)))
			return "signature";
		if (
			token &&
			jobId &&
			operation &&
			isSameSecret(token, tokenFor(secret, jobId, operation))
		) {
			return "token";
		}
	}
	return "none";
}
