import { type Asked, fault, tokensOf } from "../../command-line.ts";
import { asNcaJobId } from "../../job.ts";

export type SpacesOptions = {
	/** The record's id or NCA's; null: every stuck job. */
	job: string | null;
	json: boolean;
};

export const HELP = `npm run check:spaces -- [JOB_ID] [--json]

Looks in Spaces for the files of stuck jobs, under every name that they may have, and says what each HEAD answered and
whether a round would recover the job by it. Writes nothing anywhere, asks NCA nothing, and opens no store, so it can be
run while the program runs.

  JOB_ID   one job, stuck or not, by its record's id or NCA's; else every stuck one is looked for
  --json   for machines
  --help   this text

Settings come from the environment and from .env, as for npm start. Airtable is asked once for each 100 jobs, at most
once a second: the calls count towards the base's limit and its month, of which the running program's own figure
knows nothing.
Ends with 0 when it could look, with 1 when Airtable or Spaces could not be asked, and with 2 when an option is wrong.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked<SpacesOptions> {
	const tokens = tokensOf(args, {
		json: { type: "boolean" },
	});
	const options: SpacesOptions = { job: null, json: false };
	for (const token of tokens) {
		if (token.kind === "positional") {
			if (options.job !== null) return fault("only one job can be named");
			if (asNcaJobId(token.value) === null)
				return fault("JOB_ID is a record's id, rec…, or NCA's");
			options.job = token.value;
		} else if (token.name === "help") return { kind: "help" };
		else if (token.name === "json" && token.value === undefined)
			options.json = true;
		else return fault(`there is no option ${token.rawName}`);
	}
	return { kind: "run", options };
}
