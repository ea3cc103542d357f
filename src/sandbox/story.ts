import { styleText } from "node:util";
import type { DemoJob, Judged } from "./judge-demo.ts";
import type { LogLine } from "./program.ts";

type Style = Parameters<typeof styleText>[0];

/** Tells a person at a terminal what happens, as it happens. */
export function createStory(made: ReadonlyMap<string, DemoJob>) {
	const began = performance.now();

	function say(what: string, style: Style, text: string): void {
		const time = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
		console.log(
			`${styleText("dim", `${time} s`)}  ${styleText(style, what.padEnd(8))} ${text}`,
		);
	}

	function name(id: unknown): string {
		const job = made.get(String(id));
		return job
			? `${job.id.slice(-4)} ${job.operation.padEnd(11)}`
			: String(id ?? "");
	}

	return {
		opens(url: string): void {
			console.log(`
Jobs are made in Airtable and sent to NCA, as the engine does. NCA puts each file into Spaces and posts a
webhook, once. Some of those webhooks get lost. The program must close every job rightly all the same.
Airtable, Spaces and NCA are stand-ins on this machine; the program is the real one, at ${url}
`);
		},
		made(job: DemoJob): void {
			say("made", "dim", `${name(job.id)} ${styleText("dim", job.part.story)}`);
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
			} else if (msg === "poll round ended" && line.checked) {
				say(
					"poll",
					"blue",
					`${line.checked} stuck: ${line.recovered} found in Spaces, ${line.waiting} not there`,
				);
			} else if (msg === "job settled") {
				const good = line.outcome === "completed";
				say(
					good ? "closed" : "failed",
					good ? "green" : "yellow",
					`${name(line.job_id)} by ${line.via}${good ? "" : `: ${lastLine(line.reason)}`}`,
				);
			} else if (line.level === "error" || line.level === "fatal") {
				say("error", "red", `${msg}: ${line.why}`);
			}
		},
		goesOn(url: string): void {
			console.log(`
The rest is for you: another job comes every few seconds, until Ctrl-C. In another terminal, try

  curl '${url}/debug/webhooks?limit=3'
  curl -X POST ${url}/debug/check-stuck-jobs
  curl -X POST ${url}/webhooks/nca-toolkit -d '{"test": true}'
`);
		},
		/** @returns the exit code */
		ends(
			jobs: readonly Judged[],
			foreignLeft: boolean,
			throttled: number,
			interrupted: boolean,
		): number {
			const wrong = jobs.filter((job) => job.wrong !== null);
			const by = (via: string) => jobs.filter((job) => job.via === via).length;
			const open = jobs.filter(
				({ status, wrong }) => status === "processing" && wrong === null,
			).length;
			console.log("\nIn Airtable now:\n");
			for (const { job, status, wrong } of jobs) {
				const mark =
					wrong === null
						? styleText("green", "✓")
						: interrupted
							? "…"
							: styleText("red", "✗");
				console.log(
					`  ${mark} ${name(job.id)} ${status.padEnd(11)} ${wrong ?? styleText("dim", job.part.story)}`,
				);
			}
			console.log(`
${jobs.length} jobs: ${by("webhook")} closed by their webhooks; ${by("polling")} by polling, which found their files in Spaces;
${open} left in processing, since nothing is known of it; 1 of another service ${foreignLeft ? "untouched" : "TOUCHED"}.
Airtable refused ${throttled} requests for being too many.`);
			if (interrupted) return 0;
			const good = wrong.length === 0 && foreignLeft && throttled === 0;
			console.log(
				good
					? styleText("green", "Every job was closed rightly.")
					: styleText("red", `${wrong.length} jobs were not closed rightly.`),
			);
			return good ? 0 : 1;
		},
	};
}

/** Of what ffmpeg says, the end. */
function lastLine(text: unknown): string {
	return String(text).trimEnd().split("\n").at(-1) ?? "";
}
