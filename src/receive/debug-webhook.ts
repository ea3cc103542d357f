import type { Request, RequestHandler } from "express";
import { faultFields } from "../errors.ts";
import type { Entry, Inbox } from "../inbox/inbox.ts";
import type { DeliveryId } from "../job.ts";
import type { Log } from "../log.ts";
import { addressOf, note } from "./attempts.ts";
import { HEAD_BYTES, LARGEST_BODY, readRaw } from "./body.ts";
import { loggable, redact, redactText } from "./redact.ts";
import type { Room } from "./room.ts";

type Needs = {
	inbox: Pick<Inbox, "put">;
	room: Room;
	newId: () => DeliveryId;
	log: Log;
	onFly: boolean;
	now: () => number;
};

/**
 * `POST /webhooks/debug-webhook`: logs everything about a request but its credentials, and records it, so that it can
 * be asked for; nothing else comes of it.
 */
export function createDebugWebhookRoute(needs: Needs): RequestHandler {
	const { inbox, room, log } = needs;
	return async (req, res) => {
		const raw = await readRaw(req, { most: LARGEST_BODY, room });
		if (raw.kind === "aborted") return;
		const bytes = raw.kind === "whole" ? raw.bytes : raw.head;
		if (raw.kind === "whole") raw.leave();
		const text = bytes.toString("utf8", 0, HEAD_BYTES);
		const isForm = req.is("application/x-www-form-urlencoded");
		log.info(
			{
				method: req.method,
				headers: redact(req.headers),
				query: redact(pairs(queryOf(req))),
				form: isForm ? redact(pairs(text)) : null,
				json: redact(parsed(text)),
				data: loggable(bytes),
				bytes: raw.kind === "whole" ? bytes.length : null,
			},
			"debug webhook received",
		);
		const entry = entryOf(needs, req, bytes);
		note(res, { answer: "logged", delivery_id: entry.id });
		try {
			await inbox.put(entry);
		} catch (error) {
			// It was logged, which is what was promised.
			note(res, { ...faultFields(error), delivery_id: null });
		}
		res.json({ status: "logged" });
	};
}

/** As the log has it: a test of whoever sent it, of no job. */
function entryOf(
	{ newId, now, onFly }: Needs,
	req: Request,
	bytes: Buffer,
): Entry {
	return {
		id: newId(),
		task: "outcome",
		receivedAt: now(),
		via: "webhook",
		proof: "none",
		query: redactText(queryOf(req)),
		body: Buffer.from(loggable(bytes)),
		state: "test",
		reason: "sent to /webhooks/debug-webhook",
		dueAt: 0,
		repeatKey: null,
		tally: null,
		jobId: null,
		ncaJobId: null,
		method: req.method,
		ip: addressOf(req, onFly),
		userAgent: req.get("User-Agent") ?? "",
	};
}

function queryOf(req: Request): string {
	return req.originalUrl.split("?").slice(1).join("?");
}

function pairs(text: string): Record<string, string> {
	return Object.fromEntries(new URLSearchParams(text));
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
