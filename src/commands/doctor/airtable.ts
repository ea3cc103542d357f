import type { Http } from "../../probe/http.ts";
import {
	type AirtableAnswer,
	type AskAirtable,
	createAskAirtable,
} from "./airtable-ask.ts";
import { contractOf, type StatusWords } from "./airtable-contract.ts";
import { examineByReading } from "./airtable-fallback.ts";
import { baseSchema, compareSchema } from "./airtable-schema.ts";
import type { Finding } from "./check.ts";
import { broken, ok, unknown } from "./verdict.ts";

type Needs = {
	http: Http;
	endpoint: string;
	apiKey: string;
	baseId: string;
	words: StatusWords;
	sleep: (ms: number) => Promise<unknown>;
};

const TOKENS = "https://airtable.com/create/tokens";

/** The token, what it may do, the base, and each table, field, kind and option that the program uses. Reads only. */
export async function examineAirtable(needs: Needs): Promise<Finding[]> {
	const { baseId } = needs;
	const ask = createAskAirtable(needs);
	const contract = contractOf(needs.words);
	const meta = await ask(`/v0/meta/bases/${baseId}/tables`);
	const trouble = troubleOf(meta);
	if (trouble) return [trouble];
	const accepted = ok("token", "accepted");
	const writing = await writeScope(ask);
	if (meta.kind === "refused")
		return [
			accepted,
			...(await examineByReading({ ask, baseId, contract })),
			writing,
		];
	const schema = baseSchema.safeParse(meta.kind === "given" ? meta.body : {});
	if (!schema.success)
		return [
			unknown(
				"reach",
				"what answers does not answer as Airtable does",
				"See that AIRTABLE_ENDPOINT_URL is Airtable's, and that no proxy answers in its place",
			),
		];
	const { tables } = schema.data;
	return [
		accepted,
		ok("base", `${baseId} is there`),
		ok("scope schema.bases:read", "given"),
		await readScope(ask, baseId, tables),
		writing,
		...compareSchema(contract, tables),
	];
}

/** What keeps all else from being told. */
function troubleOf(answer: AirtableAnswer): Finding | null {
	switch (answer.kind) {
		case "fault":
			return broken(
				"reach",
				`Airtable cannot be asked: ${answer.why}`,
				"See that this machine reaches AIRTABLE_ENDPOINT_URL: DNS, firewall, certificates",
			);
		case "unauthorized":
			return broken(
				"token",
				"Airtable refuses AIRTABLE_API_KEY",
				`Make a new token at ${TOKENS}, with data.records:read, data.records:write and schema.bases:read, and access to the base`,
			);
		case "busy":
			return unknown(
				"reach",
				`Airtable answers ${answer.status}`,
				"Ask again in a minute: after a 429 it refuses everybody for 30 seconds; if it stays so, see its quota, and status.airtable.com",
			);
		default:
			return null;
	}
}

async function readScope(
	ask: AskAirtable,
	baseId: string,
	[first]: readonly { name: string }[],
): Promise<Finding> {
	const check = "scope data.records:read";
	if (first === undefined) return unknown(check, "the base has no table");
	const path = `/v0/${baseId}/${encodeURIComponent(first.name)}?pageSize=1&maxRecords=1`;
	const { kind } = await ask(path);
	if (kind === "given") return ok(check, "given");
	return kind === "refused"
		? broken(check, "not given", `Add it to the token at ${TOKENS}`)
		: unknown(check, "Airtable did not say");
}

/** Airtable tells the scopes of some tokens: https://airtable.com/developers/web/api/get-user-id-scopes */
async function writeScope(ask: AskAirtable): Promise<Finding> {
	const scope = "data.records:write";
	const check = `scope ${scope}`;
	const answer = await ask("/v0/meta/whoami");
	const scopes = answer.kind === "given" ? answer.scopes : null;
	if (scopes === null)
		return unknown(
			check,
			"cannot be tried without writing",
			`See at ${TOKENS} that the token has it`,
		);
	return scopes.includes(scope)
		? ok(check, "given")
		: broken(check, "not given", `Add it to the token at ${TOKENS}`);
}
