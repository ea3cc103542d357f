import express, { type RequestHandler, type Router } from "express";
import { z } from "zod";
import { faultFields, Transient } from "../errors.ts";
import {
	type Filter,
	type Inbox,
	type Recorded,
	STATES,
} from "../inbox/inbox.ts";
import type { Log } from "../log.ts";
import type { Poll } from "../poll/poll.ts";

type Needs = {
	gate: RequestHandler;
	poll: Pick<Poll, "round" | "check">;
	inbox: Pick<Inbox, "list" | "get">;
	log: Log;
	now: () => number;
};

const roundBody = z.strictObject({
	older_than_minutes: z.number().min(0).max(525_600).optional(),
	dry_run: z.boolean().optional(),
	give_up: z.literal(false, "this version gives no job up").optional(),
});

const MINUTES: Record<string, number> = { m: 1, h: 60, d: 1440 };

/** `15m`, `2h`, `7d` ago, or an ISO time, as ms since the epoch. */
const since = (now: () => number) =>
	z.string().transform((text, context) => {
		const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
		const time = unit
			? now() - Number(count) * (MINUTES[unit] ?? 0) * 60_000
			: Date.parse(/^\d{4}-/.test(text) ? text : "");
		if (Number.isNaN(time))
			context.addIssue("an ISO time, or such as 15m, 2h or 7d");
		return time;
	});

/** Everything under `/debug`, behind the gate. */
export function createDebugRoutes({
	gate,
	poll,
	inbox,
	log,
	now,
}: Needs): Router {
	const router = express.Router();
	const filter = z.object({
		job_id: z.string().optional(),
		status: z.enum(STATES).optional(),
		since: since(now).optional(),
		q: z.string().optional(),
		limit: z.coerce.number().int().min(1).max(200).default(50),
		before: z.string().optional(),
	});
	router.use(gate);
	// Whatever it calls itself: `curl -d` calls everything a form.
	router.use(express.json({ limit: "16kb", type: () => true }));

	router.post("/debug/check-stuck-jobs", async (req, res) => {
		const asked = roundBody.safeParse(req.body ?? {});
		if (!asked.success) {
			res.status(400).json({ error: z.prettifyError(asked.error) });
			return;
		}
		const { older_than_minutes: minutes, dry_run: dryRun = false } = asked.data;
		const olderThanMs = minutes === undefined ? undefined : minutes * 60_000;
		res.json(await poll.round({ olderThanMs, dryRun, all: true }));
	});

	router.post("/debug/jobs/:job_id/check", async (req, res) => {
		const looked = await poll.check(req.params.job_id);
		if (looked === null) {
			res.status(404).json({ error: "no record of Jobs bears that id" });
			return;
		}
		const { job_id, verdict, why } = looked;
		res.status(202).json({ job_id, status: verdict, why });
	});

	router.get("/debug/webhooks", async (req, res) => {
		const query = new URLSearchParams(req.url.split("?")[1] ?? "");
		const given = [...query].filter(([, value]) => value !== "");
		const asked = filter.safeParse(Object.fromEntries(given));
		if (!asked.success) {
			res.status(400).json({ error: z.prettifyError(asked.error) });
			return;
		}
		const { job_id: jobId, status: state, q: text, ...rest } = asked.data;
		const wanted: Filter = { jobId, state, text, ...rest };
		const items = await inbox.list(wanted);
		const next =
			items.length === wanted.limit ? (items.at(-1)?.id ?? null) : null;
		res.json({ items: items.map(shown), next });
	});

	router.get("/debug/webhooks/:delivery_id", async (req, res) => {
		const found = await inbox.get(req.params.delivery_id);
		if (found) res.json(shown(found));
		else res.status(404).json({ error: "no recorded request bears that id" });
	});

	router.use(((error, req, res, next) => {
		if (!(error instanceof Transient)) return next(error);
		log.warn(
			{ method: req.method, path: req.path, ...faultFields(error) },
			"debug request failed",
		);
		res.status(503).json({ error: error.message });
	}) satisfies express.ErrorRequestHandler);
	return router;
}

function shown(one: Recorded) {
	return {
		delivery_id: one.id,
		status: one.state,
		reason: one.reason,
		received_at: new Date(one.receivedAt).toISOString(),
		next_attempt_at: one.dueAt ? new Date(one.dueAt).toISOString() : null,
		attempts: one.attempts,
		job_id: one.jobId,
		nca_job_id: one.ncaJobId,
		via: one.via,
		proof: one.proof,
		method: one.method,
		ip: one.ip,
		user_agent: one.userAgent,
		query: one.query,
		body: one.body.toString("utf8"),
	};
}
