import type { RequestHandler } from "express";
import type { Log } from "../log.ts";
import { withoutToken } from "./admit.ts";
import { note } from "./attempts.ts";
import { loggable, readRaw } from "./body.ts";

/** Headers that hold a credential. */
const SECRET = /authorization|cookie|key|token|secret|signature/i;
const LARGEST_BODY = 1024 * 1024;

/** `POST /webhooks/debug-webhook`: logs everything about a request, and nothing else comes of it. */
export function createDebugWebhookRoute({ log }: { log: Log }): RequestHandler {
	return async (req, res) => {
		const raw = await readRaw(req, LARGEST_BODY);
		if (raw.kind === "aborted") return;
		if (!req.complete) res.set("Connection", "close");
		const bytes = raw.kind === "whole" ? raw.bytes : raw.head;
		const data = loggable(bytes);
		const query = withoutToken(req.originalUrl.split("?").slice(1).join("?"));
		log.info(
			{
				method: req.method,
				headers: redacted(req.headers),
				query: Object.fromEntries(new URLSearchParams(query)),
				form: req.is("application/x-www-form-urlencoded")
					? Object.fromEntries(new URLSearchParams(data))
					: null,
				json: parsed(data),
				data,
				bytes: raw.kind === "whole" ? bytes.length : null,
			},
			"debug webhook received",
		);
		note(res, { answer: "logged" });
		res.json({ status: "logged" });
	};
}

function redacted(headers: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			SECRET.test(name) ? "[redacted]" : value,
		]),
	);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
