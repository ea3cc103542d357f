import { parseArgs } from "node:util";

/** What the command line asks for; `fault` says in plain words what is wrong with it. */
export type Asked =
	| { kind: "run"; json: boolean }
	| { kind: "help" }
	| { kind: "fault"; fault: string };

export const HELP = `npm run doctor -- [--json]

Says what is wrong with this set-up, and the remedy. It reads the settings as npm start does, .env included, asks
Airtable, Spaces, NCA and what else is set, and changes no data.

  --json  for machines: {"ok", "findings": [{"area", "check", "state", "found", "remedy"}]}
  --help  this text

Ends with 0 where nothing is broken, with 1 where something is, and with 2 when an option is wrong.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked {
	const { tokens } = parseArgs({
		args: [...args],
		options: {
			json: { type: "boolean" },
			help: { type: "boolean", short: "h" },
		},
		// Its own complaints speak of the parser.
		strict: false,
		tokens: true,
	});
	let json = false;
	for (const token of tokens) {
		if (token.kind === "option-terminator") continue;
		if (token.kind === "positional")
			return { kind: "fault", fault: `"${token.value}" is no option` };
		const { name, rawName, value } = token;
		if (name === "help") return { kind: "help" };
		if (name !== "json")
			return { kind: "fault", fault: `there is no option ${rawName}` };
		if (value !== undefined)
			return { kind: "fault", fault: `${rawName} takes no value` };
		json = true;
	}
	return { kind: "run", json };
}
