import { type Asked, fault, strayFault, tokensOf } from "../../command-line.ts";

export type CheckOptions = {
	/** The webhook route; null: as the settings have it. */
	url: string | null;
	fromNca: boolean;
	/** How long NCA's webhook is waited for, ms. */
	waitMs: number;
};

const LONGEST_WAIT = 3_600;

/** How options are given. */
const EXAMPLE = "npm run check:webhook -- --from-nca";

export const HELP = `npm run check:webhook -- [--url URL] [--from-nca [--wait SECONDS]]

Sends a webhook of each shape that NCA sends to the program, each marked as a test, and shows what came back and how
long it took. What is a test is recorded, and nothing else comes of it; its ids are no record's and no job's.

  --url URL       the webhook route; else that of WEBHOOK_BASE_URL, else this machine's PORT
  --from-nca      instead: has NCA itself run one tiny queued job, whose webhook goes to /webhooks/debug-webhook of
                  WEBHOOK_BASE_URL, and watches whether it arrives. --url is then where to ask for that.
                  Wants WEBHOOK_BASE_URL, NCA_BASE_URL, NCA_API_KEY, and the program's ADMIN_TOKEN
  --wait SECONDS  how long to watch, from 1 to 3600; 120 unless told
  --help          this text

Settings come from the environment and from .env, as for npm start. With WEBHOOK_SECRET set, the samples are signed.
Ends with 0 where all was as it should be, with 1 where something was not, and with 2 when an option is wrong.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked<CheckOptions> {
	const tokens = tokensOf(args, {
		url: { type: "string" },
		"from-nca": { type: "boolean" },
		wait: { type: "string" },
	});
	const options: CheckOptions = { url: null, fromNca: false, waitMs: 120_000 };
	for (const token of tokens) {
		if (token.kind === "positional") return strayFault(token.value, EXAMPLE);
		const { name, rawName, value } = token;
		if (name === "help") return { kind: "help" };
		if (name === "from-nca") {
			if (value !== undefined) return fault("--from-nca takes no value");
			options.fromNca = true;
		} else if (name === "url") {
			if (!isWebUrl(value)) return fault("--url is an http or https URL");
			options.url = value;
		} else if (name === "wait") {
			if (!isWait(value)) return fault("--wait is 1 to 3600 seconds");
			options.waitMs = Number(value) * 1_000;
		} else return fault(`there is no option ${rawName}`);
	}
	return { kind: "run", options };
}

function isWebUrl(value: string | undefined): value is string {
	const url = URL.parse(value ?? "");
	return url !== null && /^https?:$/.test(url.protocol) && url.hash === "";
}

function isWait(value: string | undefined): boolean {
	const seconds = Number(value);
	return /^\d+$/.test(value ?? "") && seconds >= 1 && seconds <= LONGEST_WAIT;
}
