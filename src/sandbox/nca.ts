import { randomUUID } from "node:crypto";
import express, { type Request, type RequestHandler } from "express";
import { createWorker, type Fate, type NcaJob, QUEUED } from "./nca-worker.ts";
import { type Stand, serve } from "./serve.ts";

export type NcaOptions = {
	apiKey: string;
	/** Where a file goes. @returns its URL */
	upload: (name: string) => string;
	/** How long a job takes, ms. */
	workMs?: number;
};

export type NcaStandIn = Stand & {
	/** Decides what happens to the next job of that `id`. */
	fate(id: string, fate: Fate): void;
	/** Resolves when the queue is empty. */
	idle(): Promise<void>;
	/** Has it say this of a job, whatever it did; `body`: the inner one, of a job that has ended. */
	say(jobId: string, state: State, body?: unknown): void;
	/** Its folder of jobs is lost. */
	forget(jobId: string): void;
	/** Lets this one see every question first, until null. */
	fault(fault: RequestHandler | null): void;
	/** The jobs that it was asked about, in order. */
	asked: string[];
};

/** `submitted` and `failed` are Cloud Run's; `half-written`: its file cannot be read. */
type State =
	| "queued"
	| "running"
	| "done"
	| "submitted"
	| "failed"
	| "half-written";

/**
 * A stand-in for the NCA Toolkit, build 209: one queue with one worker, which posts each job's webhook once and
 * does no other work until it is answered.
 */
export async function startNca({
	apiKey,
	upload,
	workMs = 0,
}: NcaOptions): Promise<NcaStandIn> {
	const fates = new Map<string, Fate>();
	const states = new Map<string, { state: State; body: unknown }>();
	const asked: string[] = [];
	let fault: RequestHandler | null = null;
	const worker = createWorker({
		upload,
		workMs,
		fateOf: ({ id }) => fates.get(id ?? "") ?? {},
		tell: (jobId, state, body) => void states.set(jobId, { state, body }),
	});

	const app = express();
	app.use(express.json());
	app.use((req, res, next) => {
		if (fault) fault(req, res, next);
		else next();
	});
	const envelope = (endpoint: string) => ({
		...worker.self(),
		endpoint,
		id: null,
		job_id: randomUUID(),
	});
	app.get("/v1/toolkit/authenticate", (req, res) => {
		const head = envelope("/authenticate");
		if (req.get("X-API-Key") === apiKey) {
			const response = "Authorized";
			res.json({ ...head, code: 200, message: "success", response });
			return;
		}
		const message = "Unauthorized";
		res.status(401).json({ ...head, code: 401, response: null, message });
	});
	app.use((req, res, next) => {
		if (req.get("X-API-Key") === apiKey) return next();
		res.status(401).json({ message: "Unauthorized" });
	});
	app.post(QUEUED, (req, res) => {
		const job = jobOf(req);
		worker.take(job);
		const { jobId: job_id, id } = job;
		res.status(202).json({
			...worker.self(),
			code: 202,
			id,
			job_id,
			message: "processing",
			max_queue_length: "unlimited",
		});
	});
	app.post("/v1/toolkit/job/status", (req, res) => {
		const jobId = String(req.body?.job_id);
		asked.push(jobId);
		const known = states.get(jobId);
		const head = envelope("/v1/toolkit/job/status");
		if (!known) {
			const message = { error: "Job not found", job_id: jobId };
			res.status(404).json({ ...head, code: 404, response: null, message });
			return;
		}
		if (known.state === "half-written") {
			const error =
				"Failed to retrieve job status: Expecting value: line 1 column 1";
			const message = { error };
			res.status(500).json({ ...head, code: 500, response: null, message });
			return;
		}
		const { pid, queue_id } = worker.self();
		const response = {
			job_status: known.state,
			job_id: jobId,
			queue_id,
			process_id: pid,
			response: known.body,
		};
		res.json({ ...head, code: 200, message: "success", response });
	});

	return {
		...(await serve(app)),
		fate(id, fate) {
			fates.set(id, fate);
		},
		idle: worker.idle,
		say(jobId, state, body = null) {
			states.set(jobId, { state, body });
		},
		forget(jobId) {
			states.delete(jobId);
		},
		fault(how) {
			fault = how;
		},
		asked,
	};
}

function jobOf({ body, path }: Request): NcaJob {
	const id = typeof body.id === "string" ? body.id : null;
	return {
		jobId: randomUUID(),
		endpoint: path,
		id,
		webhookUrl: String(body.webhook_url),
		queuedAt: performance.now(),
	};
}
