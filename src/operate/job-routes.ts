import express, { type Response, type Router } from "express";
import { z } from "zod";
import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import { ownEntry } from "../inbox/own-entry.ts";
import type { DeliveryId, RunKey, Task } from "../job.ts";
import type { Log } from "../log.ts";
import type { Poll } from "../poll/poll.ts";
import { asked } from "./asked.ts";
import type { CheckAnswer, RoundAnswer } from "./described/actions.ts";

type Needs = {
	poll: Pick<Poll, "round" | "check">;
	/** Looks for the records that webhooks wait for. @throws Transient */
	matchRecords: () => Promise<void>;
	inbox: Pick<Inbox, "put" | "replay">;
	ledger: Pick<Ledger, "happened">;
	/** The run of a job, by the record's id or NCA's; null where no record bears it. @throws Transient */
	findRun: (id: string) => Promise<RunKey | null>;
	isOurFile: (url: string) => boolean;
	newId: () => DeliveryId;
	wake: () => void;
	log: Log;
	now: () => number;
};

/** How a round by hand differs from one by the clock. */
export const round = z.strictObject({
	older_than_minutes: z
		.number()
		.min(0)
		.max(525_600)
		.optional()
		.describe("instead of WEBHOOK_TIMEOUT_MINUTES"),
	dry_run: z.boolean().optional().describe("writes nothing anywhere"),
	give_up: z
		.boolean()
		.optional()
		.describe("the operator's word that what is old enough has failed"),
});
const reason = z.string().trim().min(1, "say why").max(2000);
/** What a person knows of a job. */
export const settlementOf = (isOurFile: Needs["isOurFile"]) =>
	z.discriminatedUnion("outcome", [
		z.strictObject({
			outcome: z.literal("completed"),
			url: z
				.string()
				.describe("one file of SPACES_BASE_URL")
				.refine(isOurFile, "one file of SPACES_BASE_URL"),
			reason: reason.optional(),
		}),
		z.strictObject({ outcome: z.literal("failed"), reason }),
	]);
/** Why a close is undone. */
export const reopening = z.strictObject({ reason: reason.optional() });
const NO_JOB = { error: "no one record of Jobs bears that id" };

/** Jobs: a round now, and what a person does about one. */
export function createJobRoutes(needs: Needs): Router {
	const { poll, inbox, ledger, findRun, newId, wake, log, now } = needs;
	const router = express.Router();
	const settlement = settlementOf(needs.isOurFile);

	router.post("/debug/check-stuck-jobs", async (req, res) => {
		const wanted = asked(round, req.body ?? {}, res);
		if (!wanted) return;
		const { older_than_minutes: minutes, dry_run, give_up } = wanted;
		if (!dry_run) await needs.matchRecords();
		const report: RoundAnswer = await poll.round({
			olderThanMs: minutes === undefined ? undefined : minutes * 60_000,
			dryRun: dry_run ?? false,
			giveUp: give_up ?? false,
			all: true,
		});
		res.json(report);
	});

	router.post("/debug/jobs/:job_id/check", async (req, res) => {
		const looked = await poll.check(req.params.job_id);
		if (looked === null) {
			res.status(404).json(NO_JOB);
			return;
		}
		const { job_id, verdict, why } = looked;
		const answer: CheckAnswer = { job_id, status: verdict, why };
		res.status(202).json(answer);
	});

	router.post("/debug/jobs/:job_id/retry", async (req, res) => {
		const run = await runOf(req.params.job_id, res);
		if (!run) return;
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
		const run = await runOf(req.params.job_id, res);
		if (!run) return;
		const { outcome, reason } = wanted;
		await tell(
			run,
			"outcome",
			outcome === "completed"
				? { code: 200, response: [{ file_url: wanted.url }] }
				: { code: 500, response: null, message: reason },
		);
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
		const wanted = asked(reopening, req.body ?? {}, res);
		if (!wanted) return;
		const run = await runOf(req.params.job_id, res);
		if (!run) return;
		const message = wanted.reason ?? "no reason given";
		await tell(run, "reopen", { code: 500, message });
		res.status(202).json({ job_id: run.jobId, status: "accepted" });
	});

	/** The job that is asked for; null where no record bears the id, which is answered. */
	async function runOf(id: string, res: Response): Promise<RunKey | null> {
		const run = await findRun(id);
		if (run === null) res.status(404).json(NO_JOB);
		return run;
	}

	/** Puts a person's word into the inbox, in the shape of NCA's. */
	async function tell(
		{ jobId, ncaJobId }: RunKey,
		task: Task,
		word: Record<string, unknown>,
	): Promise<void> {
		const id = newId();
		const at = now();
		const body = { ...word, id: jobId, job_id: ncaJobId };
		const via = "manual";
		await inbox.put(
			ownEntry({ id, task, via, jobId, ncaJobId, body, at, once: null }),
		);
		wake();
	}

	return router;
}
