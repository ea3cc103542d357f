import express, { type Router } from "express";
import { z } from "zod";
import { ageInWords, timed } from "../age.ts";
import {
	canBeReplayed,
	type Inbox,
	NOT_REPLAYED,
	type Recorded,
	STATES,
} from "../inbox/inbox.ts";
import type { Log } from "../log.ts";
import { asked, queryOf, timeAsked } from "./asked.ts";
import type { Curl } from "./curl.ts";
import type {
	RecordedAnswer,
	RecordedList,
	RecordedWhole,
} from "./described/recorded.ts";

type Needs = {
	inbox: Pick<Inbox, "list" | "get" | "replay">;
	curl: Curl;
	wake: () => void;
	log: Log;
	now: () => number;
};

/** Which of them are asked for; what it does not know would else be left out, and all be taken for these. */
export const filterOf = (now: () => number) =>
	z.strictObject({
		job_id: z.string().optional().describe("the record's id, or NCA's"),
		status: z.enum(STATES).optional(),
		since: timeAsked(now).optional(),
		q: z.string().optional().describe("text anywhere in the body"),
		limit: z.coerce.number().int().min(1).max(200).default(50),
		before: z.string().optional().describe("`next` of the list before"),
	});

/** Which are to be taken again. */
export const spanOf = (now: () => number) =>
	z.strictObject({
		since: timeAsked(now),
		until: timeAsked(now).optional(),
		status: z
			.enum(STATES)
			.refine((state) => !NOT_REPLAYED.includes(state), "never taken again")
			.optional(),
	});

/** Recorded requests: what came, what became of it, and having it taken again. */
export function createWebhookRoutes(needs: Needs): Router {
	const { inbox, curl, wake, log, now } = needs;
	const router = express.Router();
	const filter = filterOf(now);
	const span = spanOf(now);

	router.get("/debug/webhooks", async (req, res) => {
		const wanted = asked(filter, queryOf(req), res);
		if (!wanted) return;
		const { job_id: id, status: state, q: text, ...rest } = wanted;
		const ids = id === undefined ? undefined : [id];
		const items = await inbox.list({ ids, state, text, ...rest });
		const next =
			items.length === rest.limit ? (items.at(-1)?.id ?? null) : null;
		const list: RecordedList = {
			items: items.map((one) => shown(one, now())),
			next,
		};
		res.json(list);
	});

	router.get("/debug/webhooks/:delivery_id", async (req, res) => {
		const found = await inbox.get(req.params.delivery_id);
		if (!found) {
			res.status(404).json({ error: "no recorded request bears that id" });
			return;
		}
		const path = `/debug/webhooks/${found.id}/replay`;
		const replay = canBeReplayed(found) && curl(req, { method: "POST", path });
		const whole: RecordedWhole = {
			...shown(found, now()),
			...(replay && { curl: { replay } }),
		};
		res.json(whole);
	});

	router.post("/debug/webhooks/replay", async (req, res) => {
		const wanted = asked(span, req.body ?? {}, res);
		if (!wanted) return;
		const { since, until, status: state } = wanted;
		const ids = await inbox.replay({ since, until, state });
		log.info({ deliveries: ids.length, state }, "deliveries taken again");
		wake();
		res.status(202).json({ status: "accepted", replayed: ids.length });
	});

	router.post("/debug/webhooks/:delivery_id/replay", async (req, res) => {
		const { delivery_id: id } = req.params;
		const found = await inbox.get(id);
		if (!found) {
			res.status(404).json({ error: "no recorded request bears that id" });
			return;
		}
		const [replayed] = await inbox.replay({ id });
		if (replayed === undefined) {
			const error = NOT_REPLAYED.includes(found.state)
				? `a request that is ${found.state} is not taken again`
				: "what the program was to do, or a person said, in its time is not taken again";
			res.status(409).json({ error });
			return;
		}
		log.info({ job_id: found.jobId, delivery_id: id }, "delivery taken again");
		wake();
		res.status(202).json({ delivery_id: id, status: "accepted" });
	});

	return router;
}

function shown(one: Recorded, now: number): RecordedAnswer {
	return {
		delivery_id: one.id,
		status: one.state,
		reason: one.reason,
		received_at: new Date(one.receivedAt).toISOString(),
		age: ageInWords(one.receivedAt, now),
		...timed("next_attempt", one.dueAt || null, now),
		attempts: one.attempts,
		job_id: one.jobId,
		nca_job_id: one.ncaJobId,
		task: one.task,
		via: one.via,
		proof: one.proof,
		method: one.method,
		ip: one.ip,
		user_agent: one.userAgent,
		query: one.query,
		body: one.body.toString("utf8"),
	};
}
