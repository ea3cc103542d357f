import { type Operation, operations } from "../operations.ts";

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

/** A job that NCA was given. */
export type NcaJob = {
	jobId: string;
	endpoint: string;
	id: string | null;
	webhookUrl: string;
	queuedAt: number;
};

type Needs = {
	/** Where a file goes. @returns its URL */
	upload: (name: string) => string;
	/** How long a job takes, ms. */
	workMs: number;
	fateOf: (job: NcaJob) => Fate;
	/** What job/status is to say of a job from now on. */
	tell: (
		jobId: string,
		state: "queued" | "running" | "done",
		body: unknown,
	) => void;
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
/** The routes whose jobs are queued. */
export const QUEUED = [...OBJECTS.keys(), PYTHON];

const PID = 31;
const QUEUE = 139871234567120;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms: number) => Math.round(ms) / 1000;

/** The one worker of a queue: it posts each job's webhook once, and does no other work until it is answered. */
export function createWorker({ upload, workMs, fateOf, tell }: Needs) {
	let waiting = 0;
	let queue: Promise<void> = Promise.resolve();

	const self = () => ({
		pid: PID,
		queue_id: QUEUE,
		queue_length: waiting,
		build_number: 209,
	});

	async function work(job: NcaJob): Promise<void> {
		const began = performance.now();
		const fate = fateOf(job);
		waiting -= 1;
		tell(job.jobId, "running", null);
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
			...self(),
			run_time: seconds(ended - began),
			queue_time: seconds(began - job.queuedAt),
			total_time: seconds(ended - job.queuedAt),
		};
		tell(job.jobId, "done", body);
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
		{ jobId, endpoint }: NcaJob,
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
		/** What each of its answers and webhooks says of it. */
		self,
		take(job: NcaJob): void {
			tell(job.jobId, "queued", null);
			waiting += 1;
			queue = queue.then(() => work(job)).catch(() => {});
		},
		/** Resolves when the queue is empty. */
		async idle(): Promise<void> {
			let last: Promise<void>;
			do {
				last = queue;
				await last;
			} while (last !== queue);
		},
	};
}
