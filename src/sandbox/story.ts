import { styleText } from "node:util";
import type { DemoJob, Judged } from "./judge-demo.ts";
import type { LogLine } from "./program.ts";

type Style = Parameters<typeof styleText>[0];

/** Tells a person at a terminal what happens, as it happens. */
export function createStory(made: ReadonlyMap<string, DemoJob>) {
	const began = performance.now();
	let lastPoll = "";

	function say(what: string, style: Style, text: string): void {
		const time = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
		const word = styleText(style, what.padEnd(9));
		console.log(`${styleText("dim", `${time} s`)}  ${word} ${text}`);
	}

	function name(id: unknown): string {
		const job = made.get(String(id));
		const nth = [...made.keys()].indexOf(String(id)) + 1;
		return job
			? `${String(nth).padStart(2)} ${job.part.operation.padEnd(11)}`
			: String(id ?? "");
	}

	/** Said again only when it is another. */
	function sayPoll({ checked, recovered, failed, waiting }: LogLine): void {
		const text = `${checked} stuck in processing: ${recovered} are done, ${failed} failed, of ${waiting} nothing is known yet`;
		if (text !== lastPoll && checked) say("poll", "blue", text);
		lastPoll = text;
	}

	function saySettled({
		job_id,
		outcome,
		via,
		reason,
		instead_of,
	}: LogLine): void {
		const good = outcome === "completed";
		const why = good ? "" : `: ${lastLine(reason)}`;
		const again = instead_of === "itself" ? "again, as before, " : "";
		say(
			String(outcome),
			good ? "green" : "yellow",
			`${name(job_id)} ${again}by ${via}${why}`,
		);
	}

	return {
		opens(url: string): void {
			console.log(`
Jobs are made in Airtable and sent to NCA, as the engine does. NCA puts each file into Spaces and posts a
webhook, once. Some of those webhooks get lost, or late. The program must close every job rightly all the same.
Airtable, Spaces and NCA are stand-ins on this machine; the program is the real one, at ${url}

To spare you the wait, jobs are made seven minutes old, and a poll is asked for every 3 s: else only what is
older than five minutes counts as stuck, and a poll comes every two minutes.
`);
		},
		made(job: DemoJob): void {
			const { story } = job.part;
			say("made", "dim", `${name(job.id)} ${styleText("dim", story)}`);
		},
		madeForeign(): void {
			const text =
				"another service's job, which is none of the program's business";
			say("made", "dim", `   ${styleText("dim", text)}`);
		},
		/** A line of the program's log. */
		heard(line: LogLine): void {
			const { msg } = line;
			if (msg === "webhook received") {
				say(
					"webhook",
					"cyan",
					`${name(line.job_id)} ${line.answer}, in ${line.ms} ms`,
				);
			} else if (msg === "webhook refused") {
				say("refused", "yellow", `${line.method} ${line.path}: ${line.status}`);
			} else if (msg === "poll round ended") {
				sayPoll(line);
			} else if (msg === "job settled") {
				saySettled(line);
			} else if (msg === "delivery changed nothing") {
				say(
					"same",
					"dim",
					`${name(line.job_id)} ${line.via}: ${line.verdict}, nothing to write`,
				);
			} else if (msg === "airtable dropped a file, attached again") {
				say(
					"attached",
					"yellow",
					`${name(line.job_id)} again: Airtable has dropped its file`,
				);
			} else if (msg === "alert opened") {
				say("alert", "yellow", `${line.alert}: ${line.details}`);
			} else if (line.level === "error" || line.level === "fatal") {
				say("error", "red", `${msg}: ${line.why}`);
			}
		},
		goesOn(url: string): void {
			console.log(`
The rest is for you: another job comes every few seconds, until Ctrl-C. Open ${url}/dashboard in a browser;
in another terminal, try

  curl '${url}/debug/webhooks?limit=3'
  curl -X POST ${url}/debug/check-stuck-jobs
  curl -X POST ${url}/webhooks/nca-toolkit -d '{"test": true}'
`);
		},
		/** @param interrupted what is still under way is not held against it. @returns the exit code */
		ends(
			jobs: readonly Judged[],
			foreignLeft: boolean,
			throttled: number,
			interrupted: boolean,
		): number {
			console.log("\nIn Airtable now:\n");
			for (const one of jobs) console.log(`  ${inAirtable(one, interrupted)}`);
			const open = jobs.filter((job) => job.wrong !== null).length;
			// What was under way when it was stopped is not known to be wrong.
			const wrong = interrupted ? 0 : open;
			const by = (via: string) => jobs.filter((job) => job.via === via).length;
			const unknown = jobs.filter(
				({ status, wrong }) => status === "processing" && wrong === null,
			).length;
			console.log(`
${jobs.length} jobs: ${by("webhook")} closed by their webhooks; ${by("polling")} by polling, which found their files in Spaces; ${by("nca_status")} by asking NCA;
${unknown} in processing, since nothing shows how it ended. The other service's job is ${foreignLeft ? "untouched" : "CHANGED"}.`);
			if (throttled > 0) {
				const text = `Airtable refused ${throttled} requests for being too many: the program was too fast, or not alone.`;
				console.log(styleText("red", text));
			}
			console.log(
				wrong > 0
					? styleText("red", `${wrong} jobs were not closed rightly.`)
					: styleText(
							"green",
							open > 0
								? "Every job that has ended was closed rightly."
								: "Every job was closed rightly.",
						),
			);
			return wrong === 0 && foreignLeft && throttled === 0 ? 0 : 1;
		},
	};

	function inAirtable(
		{ job, status, wrong }: Judged,
		interrupted: boolean,
	): string {
		const text = `${name(job.id)} ${status.padEnd(11)}`;
		const story = styleText("dim", job.part.story);
		if (wrong === null) return `${styleText("green", "✓")} ${text} ${story}`;
		if (interrupted) return `… ${text} still under way when you stopped it`;
		return `${styleText("red", "✗")} ${text} ${wrong}`;
	}
}

/** Of what ffmpeg says, the end. */
function lastLine(text: unknown): string {
	return String(text).trimEnd().split("\n").at(-1) ?? "";
}
