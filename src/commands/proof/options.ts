import { type Asked, fault, tokensOf } from "../../command-line.ts";
import { asRecordId, type RecordId } from "../../job.ts";

export type ProofOptions = {
	jobId: RecordId;
	operation: string;
	/** The whole webhook URL instead of its token alone. */
	url: boolean;
};

export const HELP = `npm run --silent proof -- JOB_ID OPERATION [--url]

Prints the token that a job's webhook URL must carry where WEBHOOK_SECRET is set, and nothing else: it is the hex
HMAC-SHA256 of JOB_ID:OPERATION. Whoever has it can speak for this job and this operation, and for no other.

  JOB_ID     the record's id in Jobs, rec…
  OPERATION  as it stands in the webhook URL, such as combine
  --url      the whole webhook URL instead, below WEBHOOK_BASE_URL
  --help     this text

WEBHOOK_SECRET is read from the environment and from .env, as for npm start. Asks nobody.
Ends with 0, with 1 where a setting is missing or wrong, and with 2 where an argument is.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked<ProofOptions> {
	const tokens = tokensOf(args, {
		url: { type: "boolean" },
	});
	const words: string[] = [];
	let url = false;
	for (const token of tokens) {
		if (token.kind === "positional") words.push(token.value);
		else if (token.name === "help") return { kind: "help" };
		else if (token.name === "url" && token.value === undefined) url = true;
		else return fault(`there is no option ${token.rawName}`);
	}
	const [id, operation, ...more] = words;
	if (id === undefined || operation === undefined || more.length > 0)
		return fault("it takes a JOB_ID and an OPERATION");
	const jobId = asRecordId(id);
	if (jobId === null) return fault("JOB_ID is a record's id, rec…");
	if (!/^[\w-]{1,64}$/.test(operation))
		return fault("OPERATION is one word, such as combine");
	return { kind: "run", options: { jobId, operation, url } };
}
