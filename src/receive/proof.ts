import type { SenderProof } from "../job.ts";
import { hmac, isSameSecret } from "../secret.ts";
import { only, paramsOf } from "./read.ts";

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

/** Whether a request bears what may prove its sender, whatever its body will be. */
export function mayProve(
	secrets: readonly string[],
	query: string,
	signature: string | undefined,
): boolean {
	if (secrets.length === 0) return false;
	return signature !== undefined || bearsToken(secrets, query);
}

/** What the sender has shown that it knows, under any of the secrets. */
export function senderProof(
	secrets: readonly string[],
	{ body, query, signature }: Request,
): SenderProof {
	const isSigned =
		signature !== undefined &&
		secrets.some((secret) => isSameSecret(signature, hmac(secret, body)));
	if (isSigned) return "signature";
	return bearsToken(secrets, query) ? "token" : "none";
}

function bearsToken(secrets: readonly string[], query: string): boolean {
	if (secrets.length === 0) return false;
	const params = paramsOf(query);
	const token = only(params, "token");
	const jobId = only(params, "job_id");
	const operation = only(params, "operation");
	if (!token || !jobId || !operation) return false;
	return secrets.some((secret) =>
		isSameSecret(token, tokenFor(secret, jobId, operation)),
	);
}
