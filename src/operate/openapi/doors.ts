import {
	type Answer,
	type Described,
	type Door,
	refused,
} from "../../described.ts";

/** How a caller may show who it is. */
export const securitySchemes = {
	bearer: {
		type: "http",
		scheme: "bearer",
		description: "The ADMIN_TOKEN.",
	},
	basic: {
		type: "http",
		scheme: "basic",
		description:
			"The ADMIN_TOKEN as the password of any user; what changes something must come from this site's own pages.",
	},
	token: {
		type: "apiKey",
		in: "query",
		name: "token",
		description:
			"The hex HMAC-SHA256 of `{job_id}:{operation}` by WEBHOOK_SECRET; the query has one of each.",
	},
	signature: {
		type: "apiKey",
		in: "header",
		name: "X-NCA-Signature",
		description: "The hex HMAC-SHA256 of the raw body by WEBHOOK_SECRET.",
	},
} as const;

type Requirement = Partial<Record<keyof typeof securitySchemes, []>>;

const OPERATOR: Requirement[] = [{ bearer: [] }, { basic: [] }];

/** Any one of these opens it; `{}`: nothing is wanted. @param isProofDemanded of NCA */
export function securityOf(
	door: Door,
	isProofDemanded: boolean,
): Requirement[] {
	switch (door) {
		case "anyone":
			return [];
		case "sender": {
			const proofs = [{ token: [] }, { signature: [] }] as Requirement[];
			return isProofDemanded ? proofs : [...proofs, {}];
		}
		case "operator":
			return OPERATOR;
		case "operator or job":
			return [...OPERATOR, { token: [] }];
	}
}

/** What is answered before a route of operators has its turn. */
export function refusalsOf({
	method,
	door,
	query,
}: Described): Record<number, Answer> {
	if (door === "anyone" || door === "sender") return {};
	const isParsed = method === "post";
	return {
		...((isParsed || query) && {
			400: refused("Not what is asked for; it says why"),
		}),
		401: refused("No valid token"),
		403: refused("Not from here, or not over plain http"),
		...(isParsed && {
			413: refused("Over 16 KB"),
			415: refused("Of an encoding or a charset that is not read"),
		}),
		429: refused("Too many wrong tokens of one address"),
	};
}
