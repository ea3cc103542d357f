import { operations } from "../operations.ts";
import type { Part } from "./cast.ts";
import { type DemoJob, type Judged, judgeJob } from "./judge-demo.ts";
import type { LoadOptions } from "./load-options.ts";
import { createTally, type Figures } from "./load-tally.ts";
import { AIRTABLE_REQUESTS_PER_SECOND, pause, startStage } from "./stage.ts";

/** How long NCA works on a job, ms: quick enough that Airtable's limit is what holds the program up. */
const WORK_MS = 20;
const FILE_BYTES = 1_000;
const SHOWN_EVERY_MS = 250;
/** Between two rounds at least, ms; and as long as the last one took, since rounds spend Airtable's requests too. */
const ROUND_EVERY_MS = 2_000;

/** How the load test ended. */
export type LoadResult = {
	figures: Figures;
	/** What is not as it must be, in Airtable. */
	wrong: Judged[];
	airtable: { requests: number; throttled: number };
	/** What the program called an error, and how often. */
	complaints: ReadonlyMap<string, number>;
	end: "all closed" | "too late" | "interrupted" | "the program ended";
};

type Needs = {
	show: (figures: Figures) => void;
	signal: AbortSignal;
	/** ms, of a clock that is never set back. */
	monotonic: () => number;
};

/** After how long it is given up, ms: many times what the requests take that so many jobs need. */
export function deadlineMs(jobs: number, requestsPerSecond: number): number {
	return 60_000 + (jobs / requestsPerSecond) * 1000;
}

/** Of so many jobs the share that is lost, spread evenly over them and over the operations. */
export function loadParts({ jobs, lost }: LoadOptions): Part[] {
	const names = Object.keys(operations) as (keyof typeof operations)[];
	return Array.from({ length: jobs }, (_, nth) => {
		const isLost = Math.round((nth + 1) * lost) > Math.round(nth * lost);
		// One further in each turn, or a share of a quarter would fall on one operation alone.
		const turn = (nth + Math.floor(nth / names.length)) % names.length;
		return {
			operation: names[turn] ?? "combine",
			ends: "completed",
			...(isLost ? LOST : ARRIVES),
		};
	});
}

const LOST = {
	story: "its webhook is never sent",
	fate: { dies: "before the webhook" },
	by: ["polling", "nca_status"],
} as const;
const ARRIVES = {
	story: "its webhook is sent",
	fate: {},
	// In a long run it may be old enough to be found before its webhook is applied.
	by: ["webhook", "polling", "nca_status"],
} as const;

/** Makes the jobs and waits until all are closed, or for as long as that may take. */
export async function runLoad(
	options: LoadOptions,
	{ show, signal, monotonic }: Needs,
): Promise<LoadResult> {
	const tally = createTally(options.jobs, monotonic);
	await using stage = await startStage({
		workMs: WORK_MS,
		fileBytes: FILE_BYTES,
		onLine: tally.heard,
		onFile: tally.file,
	});
	const { airtable, program } = stage;
	const jobs: DemoJob[] = [];
	const over = new AbortController();
	const ending = AbortSignal.any([signal, over.signal]);
	let ended = false;
	void program.exited.then(() => {
		ended = true;
		over.abort();
	});
	const deadline =
		monotonic() + deadlineMs(options.jobs, AIRTABLE_REQUESTS_PER_SECOND);
	tally.begins();

	void poll();
	await Promise.all([make(), watch()]);
	const wrong = judged().filter((one) => one.wrong !== null);
	return {
		figures: tally.figures(),
		wrong,
		airtable: {
			requests: airtable.calls.length + airtable.throttled(),
			throttled: airtable.throttled(),
		},
		complaints: new Map(tally.complaints()),
		end: endOf(wrong),
	};

	async function watch(): Promise<void> {
		while (!ending.aborted && monotonic() < deadline && !isDone()) {
			show(tally.figures());
			await pause(SHOWN_EVERY_MS, ending);
		}
		over.abort();
	}

	async function make(): Promise<void> {
		for (const part of loadParts(options)) {
			if (ending.aborted) return;
			// The program's own time-out is five minutes: what is to be found by polling must seem to be older.
			const created = part.fate.dies ? stage.past() : undefined;
			const made = await stage.submit(part.operation, part.fate, created);
			tally.made(made);
			jobs.push({ ...made, part });
		}
	}

	async function poll(): Promise<void> {
		while (!ending.aborted) {
			const began = monotonic();
			await stage.round();
			await pause(Math.max(monotonic() - began, ROUND_EVERY_MS), ending);
		}
	}

	function judged(): Judged[] {
		return jobs.map((job) => judgeJob(airtable, job));
	}

	/** The log says how many are closed, Airtable whether that is so. */
	function isDone(): boolean {
		return (
			tally.figures().closed >= options.jobs &&
			judged().every(({ wrong }) => wrong === null)
		);
	}

	function endOf(wrong: readonly Judged[]): LoadResult["end"] {
		if (jobs.length === options.jobs && wrong.length === 0) return "all closed";
		if (signal.aborted) return "interrupted";
		return ended ? "the program ended" : "too late";
	}
}
