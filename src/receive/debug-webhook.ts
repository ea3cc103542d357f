import type { RequestHandler } from "express";
import type { Log } from "../log.ts";
import { note } from "./attempts.ts";
import { HEAD_BYTES, LARGEST_BODY, readRaw } from "./body.ts";
import { loggable, redact } from "./redact.ts";

/** `POST /webhooks/debug-webhook`: logs everything about a request but its credentials, and nothing else comes of it. */
export function createDebugWebhookRoute({ log }: { log: Log }): RequestHandler {
	return async (req, res) => {
		const raw = await readRaw(req, LARGEST_BODY);
		if (raw.kind === "aborted") return;
		const bytes = raw.kind === "whole" ? raw.bytes : raw.head;
		const text = bytes.toString("utf8", 0, HEAD_BYTES);
		const isForm = req.is("application/x-www-form-urlencoded");
		log.info(
			{
				method: req.method,
				headers: redact(req.headers),
				query: redact(pairs(req.originalUrl.split("?").slice(1).join("?"))),
				form: isForm ? redact(pairs(text)) : null,
				json: redact(parsed(text)),
				data: loggable(bytes),
				bytes: raw.kind === "whole" ? bytes.length : null,
			},
			"debug webhook received",
		);
		note(res, { answer: "logged" });
		res.json({ status: "logged" });
	};
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
