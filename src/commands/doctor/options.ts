import { type Asked, fault, tokensOf } from "../../command-line.ts";

export type DoctorOptions = {
	json: boolean;
	/** The name, or the URL, of a file that is known to be in Spaces. */
	object: string | null;
};

export const HELP = `npm run doctor -- [--json] [--object NAME]

Says what is wrong with this set-up, and the remedy. It reads the settings as npm start does, .env included, asks
Airtable, Spaces, NCA and what else is set, and changes no job. One webhook that is marked as a test is sent to
WEBHOOK_BASE_URL, and recorded there.

  --json         for machines: {"ok", "findings": [{"area", "check", "state", "found", "remedy"}]}
  --object NAME  a file that is known to be in Spaces, or its URL: whether it is found
  --help         this text

Ends with 0 where nothing is broken, with 1 where something is, and with 2 when an option is wrong.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked<DoctorOptions> {
	const tokens = tokensOf(args, {
		json: { type: "boolean" },
		object: { type: "string" },
	});
	const options: DoctorOptions = { json: false, object: null };
	for (const token of tokens) {
		if (token.kind === "positional")
			return fault(`"${token.value}" is no option`);
		const { name, rawName, value } = token;
		if (name === "help") return { kind: "help" };
		if (name === "json") {
			if (value !== undefined) return fault(`${rawName} takes no value`);
			options.json = true;
		} else if (name === "object") {
			if (!value) return fault(`${rawName} needs a name, or an URL`);
			options.object = value;
		} else return fault(`there is no option ${rawName}`);
	}
	return { kind: "run", options };
}
