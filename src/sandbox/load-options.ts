import { type Asked, fault, strayFault, tokensOf } from "../command-line.ts";

export type LoadOptions = {
	/** How many are made. */
	jobs: number;
	/** The share of them whose webhook is never sent. */
	lost: number;
};

const MOST_JOBS = 10_000;

/** How options are given. */
const EXAMPLE = "npm run load -- --jobs 10";

export const HELP = `npm run load -- [--jobs N] [--lost SHARE]

Makes jobs as the engine does, has a stand-in for NCA do them, and watches how fast the program closes them in a
stand-in for Airtable. Nothing but this machine is touched, and .env is not read.

  --jobs N      how many jobs, from 1 to 10,000; 10 unless told
  --lost SHARE  the share of them whose webhook is never sent, from 0 to 1; 0.3 unless told
  --help        this text

Ends with 0 once every job is closed rightly, with 1 when some are not after a time that grows with their number,
with 2 when an option is wrong, and with 130 at Ctrl-C.`;

/** @param args what stands after the name of the command */
export function readOptions(args: readonly string[]): Asked<LoadOptions> {
	const tokens = tokensOf(args, {
		jobs: { type: "string" },
		lost: { type: "string" },
	});
	const options: LoadOptions = { jobs: 10, lost: 0.3 };
	for (const token of tokens) {
		if (token.kind === "positional") return strayFault(token.value, EXAMPLE);
		const { name, rawName, value } = token;
		if (name === "help") return { kind: "help" };
		if (name === "jobs") {
			if (!isJobs(value)) return fault(unfit(rawName, JOBS, value));
			options.jobs = Number(value);
		} else if (name === "lost") {
			if (!isShare(value)) return fault(unfit(rawName, SHARE, value));
			options.lost = Number(value);
		} else return fault(`there is no option ${rawName}`);
	}
	return { kind: "run", options };
}

const JOBS = "a whole number from 1 to 10,000";
const SHARE = "a share from 0 to 1, such as 0.3";

function isJobs(value: string | undefined): boolean {
	const jobs = Number(value);
	return /^\d+$/.test(value ?? "") && jobs >= 1 && jobs <= MOST_JOBS;
}

function isShare(value: string | undefined): boolean {
	return /^(\d+\.?\d*|\.\d+)$/.test(value ?? "") && Number(value) <= 1;
}

function unfit(name: string, wanted: string, value: string | undefined) {
	return value === undefined
		? `${name} needs ${wanted}`
		: `${name} is ${wanted}, not "${value}"`;
}
