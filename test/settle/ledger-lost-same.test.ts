import { expect, test } from "vitest";
import { makeJob, ncaId, type TestJob } from "../jobs.ts";
import { MINUTE, setUpWithNca } from "../set-up.ts";
import { completedBy, failedBy, failure, outcomeOf, success } from "./learn.ts";
import { loseLedger } from "./lost.ts";

type Bench = Awaited<ReturnType<typeof setUpWithNca>>;
type Chapter = (bench: Bench, job: TestJob) => Promise<unknown>;

const nothing: Chapter = async () => {};

/** NCA has done it, and its webhook did not come. */
const failsUnheard: Chapter = async ({ nca }, { id, ncaJobId }) => {
	const body = { code: 500, id, job_id: ncaJobId, message: "no space left" };
	nca.say(ncaJobId, "done", body);
};

const isSetBack: Chapter = async ({ airtable, clock }, { id }) => {
	airtable.set("Jobs", id, { Status: "processing" });
	clock.advance(1);
};

/** The run that a job's record bore before. */
const earlierOf = (job: TestJob): TestJob => {
	const ncaJobId = job.ncaJobId.replace(/^4d5c/, "0000");
	return { ...job, ncaJobId, file: `${ncaJobId}_output_0.mp4` };
};

const isSubmittedAgain: Chapter = async ({ airtable, poll }, job) => {
	const { ncaJobId } = earlierOf(job);
	airtable.set("Jobs", job.id, { "External Job ID": ncaJobId });
	await poll.check(job.id);
	airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });
};

/** What happens to a job while the first program runs, what after it was drained, and what after the loss; and how it ends. */
const stories: Record<
	string,
	{ first: Chapter; second?: Chapter; last?: Chapter; ends: string }
> = {
	"completed, and a webhook once more": {
		first: (bench, job) => success(bench, job, 1),
		last: (bench, job) => success(bench, job, 2),
		ends: "completed",
	},
	"failed, and a webhook once more": {
		first: (bench, job) => failure(bench, job),
		last: (bench, job) => failure(bench, job, "another reason"),
		ends: "failed",
	},
	"completed, and a webhook against it": {
		first: completedBy.nca_status,
		last: (bench, job) => failure(bench, job),
		ends: "completed",
	},
	"failed, and a webhook against it": {
		first: (bench, job) => failure(bench, job),
		last: (bench, job) => success(bench, job),
		ends: "failed",
	},
	"inferred from a file, and denied": {
		first: completedBy.polling,
		last: (bench, job) => failure(bench, job),
		ends: "failed",
	},
	"given up, and late": {
		first: failedBy.timeout,
		last: (bench, job) => success(bench, job),
		ends: "completed",
	},
	"given up, and failed for another reason": {
		first: failedBy.timeout,
		last: (bench, job) => failure(bench, job),
		ends: "failed",
	},
	"given up": { first: failedBy.timeout, ends: "failed" },
	"acknowledged, and not settled": {
		first: nothing,
		second: (bench, job) => success(bench, job),
		ends: "completed",
	},
	"its failure acknowledged, and not settled": {
		first: failsUnheard,
		second: (bench, job) => failure(bench, job),
		ends: "failed",
	},
	"failed, unheard of": { first: failsUnheard, ends: "failed" },
	"done, unheard of": {
		first: nothing,
		last: async ({ spaces }, job) => spaces.put(job.file, 10),
		ends: "completed",
	},
	"completed and set back": {
		first: (bench, job) => success(bench, job),
		second: isSetBack,
		ends: "completed",
	},
	"failed and set back": {
		first: (bench, job) => failure(bench, job),
		second: isSetBack,
		ends: "failed",
	},
	"completed under a name that only NCA knows, and set back": {
		first: completedBy.nca_status,
		second: isSetBack,
		ends: "completed",
	},
	"submitted again, and spoken of by the earlier run": {
		first: isSubmittedAgain,
		last: async (bench, job) => {
			await failure(bench, earlierOf(job));
			await success(bench, earlierOf(job));
		},
		ends: "processing",
	},
	"completed, and spoken of by the earlier run": {
		first: async (bench, job) => {
			await isSubmittedAgain(bench, job);
			await success(bench, job);
		},
		last: (bench, job) => failure(bench, earlierOf(job)),
		ends: "completed",
	},
	"spoken of by a stranger": {
		first: nothing,
		last: (bench, job) => failure(bench, { ...job, ncaJobId: ncaId() }),
		ends: "processing",
	},
	"at work": {
		first: async ({ nca }, job) => nca.say(job.ncaJobId, "running"),
		ends: "processing",
	},
};

/** Tells all the stories to one program, or to two, the second of which begins with an empty disk. */
async function tell(isLost: boolean) {
	const before = await setUpWithNca();
	const told = Object.values(stories).map((story) => ({
		...story,
		job: makeJob(before, "combine"),
	}));
	for (const { first, job } of told) await first(before, job);
	await before.drain.once();
	for (const { second = nothing, job } of told) await second(before, job);

	const bench = isLost ? await loseLedger(before) : before;
	await bench.poll.round({ all: true });
	await bench.drain.once();
	for (const { last = nothing, job } of told) await last(bench, job);
	for (let minute = 0; minute < 20; minute += 1) {
		await bench.drain.once();
		bench.clock.advance(MINUTE);
		await bench.poll.round({ all: true });
	}
	await bench.drain.once();
	return { bench, jobs: told.map(({ job }) => job) };
}

/** A job and its target as they stand, told apart by nothing that two programs could not share. */
function stateOf({ airtable, spaces }: Bench, job: TestJob) {
	const fields = airtable.get("Jobs", job.id);
	const { Status, "Error Details": details, "Response Payload": text } = fields;
	const { outcome, output_urls, nca_job_id } = JSON.parse(String(text ?? "{}"));
	const target = airtable.get("Segments", job.targetId);
	const held = (target["Voiceover + Video"] ?? []) as { filename: string }[];
	const state = {
		Status,
		details,
		outcome,
		output_urls,
		nca_job_id,
		target: { ...target, "Voiceover + Video": held.map((one) => one.filename) },
	};
	const json = JSON.stringify(state)
		.replaceAll(job.ncaJobId, "<run>")
		.replaceAll(spaces.base, "<spaces>");
	return JSON.parse(json);
}

test("Airtable ends the same, whether the ledger was lost or not", async () => {
	const [kept, lost] = [await tell(false), await tell(true)];

	const titles = Object.keys(stories);
	const states = ({ bench, jobs }: typeof kept) =>
		Object.fromEntries(
			jobs.map((job, nth) => [titles[nth], stateOf(bench, job)]),
		);
	expect(states(lost)).toEqual(states(kept));
	expect(lost.jobs.map((job) => outcomeOf(lost.bench, job).Status)).toEqual(
		Object.values(stories).map(({ ends }) => ends),
	);
});
