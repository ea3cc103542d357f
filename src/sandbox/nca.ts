import { randomUUID } from "node:crypto";
import express, { type Request, type RequestHandler } from "express";
import { type Operation, operations } from "../operations.ts";
import { type Stand, serve } from "./serve.ts";

/** What happens to one job, beside what its request asks for. */
export type Fate = {
	/** ffmpeg's last words, where the job is to fail. */
	fails?: string;
	/** The worker is killed: before the file is there, or after it and before the webhook. */
	dies?: "before the file" | "before the webhook";
	/** How long the webhook is held, ms. */
	holdsWebhookMs?: number;
	/** The webhook's `id` is null, as in a quarter of real traffic. */
	dropsId?: boolean;
	/** What ffmpeg's `-f` made of the file's name, of a compose job. */
	extension?: string;
};

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
type Job = {
	jobId: string;
	endpoint: string;
	id: string | null;
	webhookUrl: string;
	queuedAt: number;
};

const COMPOSE = "/v1/ffmpeg/compose";
const PYTHON = "/v1/code/execute/python";
/** What NCA does for the engine: the name of an object, by the route. */
const OBJECTS = new Map(
	Object.values<Operation>(operations).map(({ endpoint, objects }) => [
		endpoint,
		objects[0] ?? "{id}",
	]),
);
const QUEUED = [...OBJECTS.keys(), PYTHON];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms: number) => Math.round(ms) / 1000;

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
	let waiting = 0;
	let queue: Promise<void> = Promise.resolve();

	const app = express();
	app.use(express.json());
	app.use((req, res, next) => {
		if (fault) fault(req, res, next);
		else next();
	});
	const envelope = (endpoint: string) => ({
		...worker(),
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
		states.set(job.jobId, { state: "queued", body: null });
		waiting += 1;
		queue = queue.then(() => run(job)).catch(() => {});
		const { jobId: job_id, id } = job;
		res.status(202).json({
			...worker(),
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
		const response = {
			job_status: known.state,
			job_id: jobId,
			queue_id: QUEUE,
			process_id: PID,
			response: known.body,
		};
		res.json({ ...head, code: 200, message: "success", response });
	});

	const PID = 31;
	const QUEUE = 139871234567120;
	const worker = () => ({
		pid: PID,
		queue_id: QUEUE,
		queue_length: waiting,
		build_number: 209,
	});

	function jobOf({ body, path }: Request): Job {
		const id = typeof body.id === "string" ? body.id : null;
		return {
			jobId: randomUUID(),
			endpoint: path,
			id,
			webhookUrl: String(body.webhook_url),
			queuedAt: performance.now(),
		};
	}

	async function run(job: Job): Promise<void> {
		const began = performance.now();
		const fate = fates.get(job.id ?? "") ?? {};
		waiting -= 1;
		states.set(job.jobId, { state: "running", body: null });
		if (workMs > 0) await wait(workMs);
		if (fate.dies === "before the file") return;

		const ended = performance.now();
		const body = {
			endpoint: job.endpoint,
			...(fate.fails
				? { code: 500, message: fate.fails, response: null }
				: { code: 200, message: "success", response: output(job, fate) }),
			id: fate.dropsId ? null : job.id,
			job_id: job.jobId,
			...worker(),
			run_time: seconds(ended - began),
			queue_time: seconds(began - job.queuedAt),
			total_time: seconds(ended - job.queuedAt),
		};
		states.set(job.jobId, { state: "done", body });
		if (fate.dies === "before the webhook") return;
		if (fate.holdsWebhookMs) await wait(fate.holdsWebhookMs);
		// One POST, without a time-out or a second try; its answer is only waited for.
		await fetch(job.webhookUrl, {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				"User-Agent": "python-requests/2.32.3",
				Accept: "*/*",
			},
			body: JSON.stringify(body),
		}).catch(() => {});
	}

	function output(
		{ jobId, endpoint }: Job,
		{ extension = "mp4" }: Fate,
	): unknown {
		if (endpoint === PYTHON)
			return { result: null, stdout: "", stderr: "", exit_code: 0 };
		const name = OBJECTS.get(endpoint)?.replace("{id}", jobId) ?? jobId;
		return endpoint === COMPOSE
			? [{ file_url: upload(name.replace(/mp4$/, extension)) }]
			: upload(name);
	}

	return {
		...(await serve(app)),
		fate(id, fate) {
			fates.set(id, fate);
		},
		async idle() {
			let last: Promise<void>;
			do {
				last = queue;
				await last;
			} while (last !== queue);
		},
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
