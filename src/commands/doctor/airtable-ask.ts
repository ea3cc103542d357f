import { z } from "zod";
import type { Http } from "../../probe/http.ts";

/** What Airtable answered, named for what it means. */
export type AirtableAnswer =
	| {
			kind: "given";
			body: unknown /** The token's, where told. */;
			scopes: string[] | null;
	  }
	| { kind: "unauthorized" }
	/** The token may not, or there is no such thing: Airtable does not say which. */
	| { kind: "refused" }
	| { kind: "unknown field" }
	| { kind: "busy"; status: number }
	| { kind: "fault"; why: string };

export type AskAirtable = (path: string) => Promise<AirtableAnswer>;

type Needs = {
	http: Http;
	endpoint: string;
	apiKey: string;
	sleep: (ms: number) => Promise<unknown>;
};

/** The base takes 5 requests a second from all who use it, and locks all of them out for 30 s beyond that, ms. */
const BETWEEN_MS = 1_000;

const scoped = z.object({ scopes: z.array(z.string()) });
const unknownField = z.object({
	error: z.object({ type: z.literal("UNKNOWN_FIELD_NAME") }),
});

/** GETs alone, one after the other: nothing that it asks changes anything. */
export function createAskAirtable({
	http,
	endpoint,
	apiKey,
	sleep,
}: Needs): AskAirtable {
	let isFirst = true;

	return async (path) => {
		if (!isFirst) await sleep(BETWEEN_MS);
		isFirst = false;
		const answer = await http({
			method: "GET",
			url: endpoint + path,
			headers: { Authorization: `Bearer ${apiKey}` },
		});
		if (answer.kind === "fault") return answer;
		const { status, text } = answer;
		const body = parsed(text);
		if (status === 200) {
			const { data } = scoped.safeParse(body);
			return { kind: "given", body, scopes: data?.scopes ?? null };
		}
		if (status === 401) return { kind: "unauthorized" };
		if (status === 403 || status === 404) return { kind: "refused" };
		if (status === 422 && unknownField.safeParse(body).success)
			return { kind: "unknown field" };
		return { kind: "busy", status };
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
