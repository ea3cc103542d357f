import { hash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { faultFields } from "../errors.ts";
import type { Entry, Inbox, PutResult } from "../inbox/inbox.ts";
import type { DeliveryId } from "../job.ts";
import { type Admission, type Incoming, withoutToken } from "./admit.ts";
import { addressOf, note } from "./attempts.ts";
import { HEAD_BYTES, LARGEST_BODY, readRaw } from "./body.ts";
import { loggable, redactText } from "./redact.ts";
import type { Room } from "./room.ts";

type Needs = {
	inbox: Pick<Inbox, "put">;
	room: Room;
	/** Whether a request bears what may prove its sender, whatever its body. */
	mayProve: (query: string, signature: string | undefined) => boolean;
	admit: (incoming: Incoming) => Admission;
	newId: () => DeliveryId;
	/** Something new is in the inbox. */
	wake: () => void;
	/** It was refused for want of proof: it is not believed, but its job may well have ended. */
	suspect: (entry: Entry) => void;
	onFly: boolean;
	now: () => number;
};

/**
 * `/webhooks/nca-toolkit`: records the request, then answers. NCA's worker stands still until it has the answer,
 * and what is not accepted is lost, so nothing else is done here.
 */
export function createWebhookRoute(needs: Needs): RequestHandler {
	const { inbox, room, mayProve, admit, wake, suspect } = needs;

	return async (req, res) => {
		const query = rawQuery(req);
		const signature = req.get("X-NCA-Signature");
		const body = await readRaw(req, {
			most: LARGEST_BODY,
			room,
			mayProve: () => mayProve(query, signature),
		});
		if (body.kind === "aborted") return;
		if (body.kind === "no room")
			return refuseUnread(res, withoutToken(query), body.head);
		const incoming: Incoming = {
			method: req.method,
			query,
			body,
			contentEncoding: req.get("Content-Encoding"),
			signature,
		};
		const admission = admit(incoming);
		const entry = entryOf(needs, req, query, admission);

		note(res, {
			delivery_id: entry.id,
			job_id: entry.jobId,
			...(admission.reason && { reason: admission.reason }),
		});
		let stored: PutResult;
		try {
			stored = await inbox.put(entry);
		} catch (error) {
			refuseUnstored(res, admission, entry.query, error);
			return;
		} finally {
			if (body.kind === "whole") body.leave();
		}
		if (stored.kind === "new" && admission.state === "accepted") wake();
		answer(res, admission, entry, stored);
		if (admission.status === 401) suspect(entry);
	};
}

function entryOf(
	{ newId, now, onFly }: Needs,
	req: Request,
	query: string,
	{ state, status, reason, proof, reading, bytes }: Admission,
): Entry {
	const recorded = withoutToken(query);
	const repeatable = state === "accepted" || state === "parked";
	return {
		id: newId(),
		task: "outcome",
		receivedAt: now(),
		via: "webhook",
		proof,
		query: recorded,
		body: bytes,
		state,
		reason,
		dueAt: 0,
		repeatKey: repeatable ? repeatKey(recorded, bytes) : null,
		jobId: reading?.jobId ?? null,
		ncaJobId: reading?.ncaJobId ?? null,
		method: req.method,
		ip: addressOf(req, onFly),
		userAgent: req.get("User-Agent") ?? "",
		tally: tallyOf({ state, status }),
	};
}

/** What it is counted as, unless it is a repeat. */
function tallyOf({ state, status }: Pick<Admission, "state" | "status">) {
	if (state !== "refused") return `webhook ${state}`;
	if (status === 400) return "webhook malformed";
	return status === 401 ? "webhook unproven" : "webhook refused";
}

/** The same for the same body bytes and the same query. */
function repeatKey(query: string, body: Buffer): string {
	const both = Buffer.concat([Buffer.from(`${query}\0`), body]);
	return hash("sha256", both, "base64url");
}

function answer(
	res: Response,
	{ state, status, reason }: Admission,
	entry: Entry,
	stored: PutResult,
): void {
	if (status >= 400) {
		if (status === 405) res.set("Allow", "POST");
		res.status(status).json({ error: reason });
	} else if (stored.kind === "duplicate") {
		note(res, { answer: "duplicate", delivery_id: stored.id });
		res.json({
			status: "duplicate",
			delivery_id: stored.id,
			job_id: stored.jobId,
		});
	} else if (state === "test") {
		note(res, { answer: state });
		res.json({ status: "test" });
	} else if (state === "parked") {
		note(res, { answer: state });
		res
			.status(status)
			.json({ status: "parked", delivery_id: entry.id, reason });
	} else {
		note(res, { answer: state });
		res.json({
			status: "accepted",
			delivery_id: entry.id,
			job_id: entry.jobId,
		});
	}
}

/** It could not be read in time, for want of room: what is known of it goes to the log. */
function refuseUnread(res: Response, query: string, head: Buffer): void {
	const error = "too much is being sent at once";
	note(res, { reason: error, query: redactText(query), body: loggable(head) });
	res.status(503).json({ error });
}

/** What cannot be recorded is not acknowledged; it goes to the log whole, so that a person can post it again. */
function refuseUnstored(
	res: Response,
	{ status, reason, bytes }: Admission,
	query: string,
	error: unknown,
): void {
	const ownFault = status === 405 || status === 413 || status === 415;
	note(res, {
		...faultFields(error),
		query: redactText(query),
		body: loggable(bytes, ownFault ? HEAD_BYTES : LARGEST_BODY),
	});
	if (status === 405) res.set("Allow", "POST");
	res
		.status(ownFault ? status : 503)
		.json({ error: ownFault ? reason : "the inbox cannot store it" });
}

function rawQuery(req: Request): string {
	const at = req.originalUrl.indexOf("?");
	// A base URL that ends in `?` makes two.
	return at < 0 ? "" : req.originalUrl.slice(at).replace(/^\?+/, "");
}
