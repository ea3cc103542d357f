import { runAsked } from "../command-line.ts";
import { HELP, type LoadOptions, readOptions } from "./load-options.ts";
import { count, createProgress } from "./load-progress.ts";
import { reportLines } from "./load-report.ts";
import { type LoadResult, runLoad } from "./load-run.ts";

const CODES = {
	"all closed": 0,
	"too late": 1,
	"the program ended": 1,
	interrupted: 130,
} as const satisfies Record<LoadResult["end"], number>;

/** Runs the load test and shows how it goes. @returns the exit code */
async function load({ jobs, lost }: LoadOptions): Promise<number> {
	const interrupted = new AbortController();
	const { signal } = interrupted;
	for (const name of ["SIGINT", "SIGTERM"]) {
		process.once(name, () => {
			interrupted.abort();
			console.log("\nStopping: the program ends what it has in hand.");
		});
	}
	console.log(`
${count(jobs)} jobs are made and sent to NCA; of ${count(Math.round(jobs * lost))} the webhook is never sent. Airtable, Spaces and NCA are stand-ins on this machine,
and Airtable takes 5 requests a second, as the real one. The program is the real one. Jobs whose webhook is never
sent are made seven minutes old, and polls follow one another: else they would be looked for after five minutes.
`);
	const { stdout } = process;
	const progress = createProgress({
		write: (text) => void stdout.write(text),
		// A terminal that was given no size says 0.
		columns: () => (stdout.isTTY ? stdout.columns || 80 : undefined),
	});
	try {
		const result = await runLoad(
			{ jobs, lost },
			{ show: progress.show, signal, monotonic: () => performance.now() },
		);
		progress.end(result.figures);
		console.log(`\n${reportLines(result).join("\n")}`);
		return CODES[result.end];
	} catch (error) {
		// A Ctrl-C at the start reaches the program too, before it listens.
		if (!signal.aborted) throw error;
		console.log("Stopped by you, before the first job.");
		return CODES.interrupted;
	}
}

if (process.env.FLY_APP_NAME) {
	console.error(
		"The load test does not run on Fly: it is for a laptop, and makes jobs of its own.",
	);
	process.exit(1);
}
process.exitCode = await runAsked(
	{ name: "load", help: HELP },
	readOptions(process.argv.slice(2)),
	load,
);
