import { type RequestListener, STATUS_CODES } from "node:http";
import express, {
	type ErrorRequestHandler,
	type RequestHandler,
	type Router,
} from "express";
import { faultFields } from "../errors.ts";
import type { Log } from "../log.ts";
import { logAttempts, note } from "./attempts.ts";
import { HEAD_BYTES, readRaw } from "./body.ts";
import { createHeaders } from "./headers.ts";
import { loggable } from "./redact.ts";

type Needs = {
	webhook: RequestHandler;
	debugWebhook: RequestHandler;
	/** Answers an address of which there are too many on the other webhooks' paths. */
	limitOthers: RequestHandler;
	/** Whether webhooks can be taken now. */
	canTake: () => boolean;
	/** Everything that wants the admin token. */
	admin: Router;
	log: Log;
	onFly: boolean;
	production: boolean;
	/** ms of a clock that is never set */
	monotonic: () => number;
	/** One of NCA's requests was answered after so long, ms. */
	took: (ms: number) => void;
};

type App = RequestListener & {
	/** Every route that there is, for who compares them with what is said of them. */
	router: Router;
};

const HERE = `NCA webhooks: takes the NCA Toolkit's webhooks, and closes their jobs in Airtable.

POST /webhooks/nca-toolkit      NCA's webhooks
POST /webhooks/debug-webhook    logs and records a request
GET  /health                    whether webhooks can be taken
GET  /status                    figures
GET  /metrics                   figures, for Prometheus
GET  /ready                     how those answer whom it depends on
GET  /dashboard                 what is wrong, and what is stuck, for a browser
GET  /debug/webhooks            recorded requests
GET  /debug/jobs                jobs, by where they stand
GET  /debug/jobs/:job_id        what happened to a job, and commands to copy
POST /debug/check-stuck-jobs    learns what became of stuck jobs now
POST /debug/jobs/:job_id/check  of one job
GET  /openapi.json              all of these, for machines
`;

/** The HTTP surface: who answers what. */
export function createApp(needs: Needs): App {
	const { webhook, debugWebhook, limitOthers, canTake, admin, log } = needs;
	const app = express();
	app.disable("x-powered-by");
	app.disable("etag");
	app.set("query parser", false);

	// A base URL with a slash at its end makes two, and NCA would not come again.
	app.use((req, _res, next) => {
		req.url = req.url.replace(/^\/{2,}/, "/");
		next();
	});
	const nca: RequestHandler[] = [logAttempts(needs), webhook];
	// Before the headers: none is for NCA, and setting them takes longer than some steps of the acknowledgement.
	app.post("/webhooks/nca-toolkit", nca);
	app.use(createHeaders(needs.production));
	app.all("/webhooks/nca-toolkit", nca);
	// None before NCA's: a 429 is a lost webhook.
	app.use("/webhooks", logAttempts({ ...needs, took: () => {} }), limitOthers);
	app.post("/webhooks/debug-webhook", debugWebhook);
	app.use("/webhooks", unknownWebhook);

	app.get("/health", (_req, res) => {
		res
			.status(canTake() ? 200 : 503)
			.json({ status: canTake() ? "ok" : "the inbox cannot store webhooks" });
	});
	app.get("/", (_req, res) => {
		res.type("text").send(HERE);
	});
	app.use(admin);
	app.use((_req, res) => {
		res.status(404).json({ error: "nothing is here" });
	});
	app.use(lastResort(log));
	const listener: RequestListener = (req, res) => {
		req.url = withoutAuthority(req.url ?? "/");
		app(req, res);
	};
	return Object.assign(listener, { router: app.router });
}

/** Of a request that names the host, too: of a host that is none, Express would read no path, and answer a page of its own. */
function withoutAuthority(target: string): string {
	const path = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "");
	return path === target || path.startsWith("/") ? path : `/${path}`;
}

const unknownWebhook: RequestHandler = async (req, res) => {
	const raw = await readRaw(req, { most: HEAD_BYTES });
	if (raw.kind === "aborted") return;
	const bytes = raw.kind === "whole" ? raw.bytes : raw.head;
	note(res, { body: loggable(bytes) });
	res.status(404).json({
		error:
			"this host takes POST /webhooks/nca-toolkit and POST /webhooks/debug-webhook",
	});
};

/** A fault of the request's is its sender's to know, by its status; one of ours is the log's. */
function lastResort(log: Log): ErrorRequestHandler {
	return (error, req, res, next) => {
		if (res.headersSent) return next(error);
		const { status = 500, type = "" } = error as {
			status?: number;
			type?: string;
		};
		if (status >= 400 && status < 500) {
			const notJson = type === "entity.parse.failed";
			res.status(status).json({
				error: notJson ? "the body is not JSON" : STATUS_CODES[status],
			});
			return;
		}
		const { method, path } = req;
		log.error({ method, path, ...faultFields(error) }, "request failed");
		res
			.status(500)
			.json({ error: "a fault of this program; its log says more" });
	};
}
