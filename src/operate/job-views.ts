import express, { type Router } from "express";
import { z } from "zod";
import { ageInWords } from "../age.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { JOB_STATES } from "../inbox/ledger/known-jobs.ts";
import type { Ledger } from "../inbox/ledger.ts";
import { asNcaJobId, asRecordId } from "../job.ts";
import { asked, queryOf } from "./asked.ts";
import { type Curl, jobCommands } from "./curl.ts";
import type { JobList, JobWhole } from "./described/job.ts";
import { shownJob } from "./known-job.ts";
import { type Item, timelineOf } from "./timeline.ts";

type Needs = {
	inbox: Pick<Inbox, "list">;
	ledger: Pick<
		Ledger,
		"recall" | "timeline" | "expectations" | "jobOf" | "job" | "jobs"
	>;
	curl: Curl;
	now: () => number;
};

/** What it does not know would else be left out, and all jobs be taken for those that were asked for. */
export const filter = z.strictObject({
	state: z.enum(JOB_STATES).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
	before: z.string().optional().describe("`next` of the list before"),
});
const HELD: readonly unknown[] = ["retry", "parked", "buried"];

/** Jobs as they are known: a list of them, and all of one. Asks nobody. */
export function createJobViews(needs: Needs): Router {
	const { ledger, now } = needs;
	const router = express.Router();

	router.get("/debug/jobs", async (req, res) => {
		const wanted = asked(filter, queryOf(req), res);
		if (!wanted) return;
		const jobs = await ledger.jobs(wanted);
		const isFull = jobs.length === wanted.limit;
		const list: JobList = {
			items: jobs.map((job) => shownJob(job, now())),
			next: isFull ? (jobs.at(-1)?.jobId ?? null) : null,
		};
		res.json(list);
	});

	router.get("/debug/jobs/:job_id", async (req, res) => {
		const id = req.params.job_id;
		const ncaJobId = asNcaJobId(id);
		const jobId =
			asRecordId(id) ?? (ncaJobId && (await ledger.jobOf(ncaJobId)));
		const items = await timelineOf(needs, jobId, id);
		if (items.length === 0) {
			res.status(404).json({ error: "nothing is known of that job" });
			return;
		}
		const timeline = items.map(({ at, ...item }) => ({
			at: new Date(at).toISOString(),
			age: ageInWords(at, now()),
			...item,
		}));
		const known = jobId && (await ledger.job(jobId));
		const shown = known
			? shownJob(known, now())
			: { job_id: jobId, state: null, why: "no record of it was seen" };
		const commands = jobCommands(needs.curl, req, jobId ?? id);
		const whole: JobWhole = {
			...shown,
			why: [shown.why, ...heldOf(items)].join("; "),
			...(commands && { curl: commands }),
			timeline,
		};
		res.json(whole);
	});

	return router;
}

/** What came for a job last of what is not done with. */
function heldOf(items: readonly Item[]): string[] {
	const held = items.findLast(({ status }) => HELD.includes(status));
	return held ? [`a ${held.what} of it is ${held.status}: ${held.reason}`] : [];
}
