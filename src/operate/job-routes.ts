import express, { type Router } from "express";
import { z } from "zod";
import type { Inbox } from "../inbox/inbox.ts";
import { JOB_STATES, type Ledger } from "../inbox/ledger.ts";
import { ownEntry } from "../inbox/own-entry.ts";
import {
	asNcaJobId,
	asRecordId,
	type DeliveryId,
	type RunKey,
	type Task,
} from "../job.ts";
import type { Log } from "../log.ts";
import type { Poll } from "../poll/poll.ts";
import { ageInWords } from "./age.ts";
import { asked, queryOf } from "./asked.ts";
import { type Curl, jobCommands } from "./curl.ts";
import { shownJob } from "./known-job.ts";
import { type Item, timelineOf } from "./timeline.ts";

type Needs = {
	poll: Pick<Poll, "round" | "check">;
	/** Looks for the records that webhooks wait for. @throws Transient */
	matchRecords: () => Promise<void>;
	inbox: Pick<Inbox, "list" | "put" | "replay">;
	ledger: Pick<
		Ledger,
		| "recall"
		| "timeline"
		| "happened"
		| "expectations"
		| "jobOf"
		| "job"
		| "jobs"
	>;
	/** The run of a job, by the record's id or NCA's; null where no record bears it. @throws Transient */
	findRun: (id: string) => Promise<RunKey | null>;
	isOurFile: (url: string) => boolean;
	curl: Curl;
	newId: () => DeliveryId;
	wake: () => void;
	log: Log;
	now: () => number;
};

const round = z.strictObject({
	older_than_minutes: z.number().min(0).max(525_600).optional(),
	dry_run: z.boolean().optional(),
	give_up: z.boolean().optional(),
});
const filter = z.object({
	state: z.enum(JOB_STATES).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
	before: z.string().optional(),
});
const reason = z.string().trim().min(1).max(2000);
const HELD: readonly unknown[] = ["retry", "parked", "buried"];
const NO_JOB = { error: "no one record of Jobs bears that id" };

/** Jobs: a round now, what is known of one, and what a person does about it. */
export function createJobRoutes(needs: Needs): Router {
	const { poll, inbox, ledger, findRun, newId, wake, log, now } = needs;
	const router = express.Router();
	const settlement = z.discriminatedUnion("outcome", [
		z.strictObject({
			outcome: z.literal("completed"),
			url: z.string().refine(needs.isOurFile, "one file of SPACES_BASE_URL"),
			reason: reason.optional(),
		}),
		z.strictObject({ outcome: z.literal("failed"), reason }),
	]);

	router.post("/debug/check-stuck-jobs", async (req, res) => {
		const wanted = asked(round, req.body ?? {}, res);
		if (!wanted) return;
		const { older_than_minutes: minutes, dry_run, give_up } = wanted;
		if (!dry_run) await needs.matchRecords();
		res.json(
			await poll.round({
				olderThanMs: minutes === undefined ? undefined : minutes * 60_000,
				dryRun: dry_run ?? false,
				giveUp: give_up ?? false,
				all: true,
			}),
		);
	});

	router.get("/debug/jobs", async (req, res) => {
		const wanted = asked(filter, queryOf(req), res);
		if (!wanted) return;
		const jobs = await ledger.jobs(wanted);
		const isFull = jobs.length === wanted.limit;
		res.json({
			items: jobs.map((job) => shownJob(job, now())),
			next: isFull ? (jobs.at(-1)?.jobId ?? null) : null,
		});
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
		res.json({
			...shown,
			why: [shown.why, ...heldOf(items)].join("; "),
			...(commands && { curl: commands }),
			timeline,
		});
	});

	router.post("/debug/jobs/:job_id/check", async (req, res) => {
		const looked = await poll.check(req.params.job_id);
		if (looked === null) {
			res.status(404).json(NO_JOB);
			return;
		}
		const { job_id, verdict, why } = looked;
		res.status(202).json({ job_id, status: verdict, why });
	});

	router.post("/debug/jobs/:job_id/retry", async (req, res) => {
		const run = await findRun(req.params.job_id);
		if (run === null) {
			res.status(404).json(NO_JOB);
			return;
		}
		const { jobId } = run;
		const ids = await inbox.replay({ run, state: "buried" });
		if (ids.length === 0) {
			res.status(409).json({ error: "nothing of that job is buried" });
			return;
		}
		log.info({ job_id: jobId, delivery_ids: ids }, "delivery taken again");
		wake();
		res.status(202).json({ job_id: jobId, status: "accepted" });
	});

	router.post("/debug/jobs/:job_id/settle", async (req, res) => {
		const wanted = asked(settlement, req.body ?? {}, res);
		if (!wanted) return;
		const run = await findRun(req.params.job_id);
		if (run === null) {
			res.status(404).json(NO_JOB);
			return;
		}
		const ids = { id: run.jobId, job_id: run.ncaJobId };
		const body =
			wanted.outcome === "completed"
				? {
						code: 200,
						...ids,
						response: [{ file_url: wanted.url }],
					}
				: { code: 500, ...ids, response: null, message: wanted.reason };
		const { outcome, reason } = wanted;
		await tell(run, "outcome", body);
		const facts = { outcome, reason };
		await ledger.happened({
			...run,
			at: now(),
			what: "settled by hand",
			facts,
		});
		log.info({ job_id: run.jobId, outcome, reason }, "job settled by hand");
		res.status(202).json({ job_id: run.jobId, status: "accepted" });
	});

	router.post("/debug/jobs/:job_id/reopen", async (req, res) => {
		const wanted = asked(
			z.strictObject({ reason: reason.optional() }),
			req.body ?? {},
			res,
		);
		if (!wanted) return;
		const run = await findRun(req.params.job_id);
		if (run === null) {
			res.status(404).json(NO_JOB);
			return;
		}
		const ids = { id: run.jobId, job_id: run.ncaJobId };
		const message = wanted.reason ?? "no reason given";
		await tell(run, "reopen", { code: 500, ...ids, message });
		res.status(202).json({ job_id: run.jobId, status: "accepted" });
	});

	async function tell(
		{ jobId, ncaJobId }: RunKey,
		task: Task,
		body: Record<string, unknown>,
	): Promise<void> {
		const id = newId();
		const at = now();
		const via = "manual";
		await inbox.put(
			ownEntry({ id, task, via, jobId, ncaJobId, body, at, once: null }),
		);
		wake();
	}

	return router;
}

/** What came for a job last of what is not done with. */
function heldOf(items: readonly Item[]): string[] {
	const held = items.findLast(({ status }) => HELD.includes(status));
	return held ? [`a ${held.what} of it is ${held.status}: ${held.reason}`] : [];
}
