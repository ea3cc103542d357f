import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultJob } from "./jobs.ts";

/** What came of one POST, as its sender knows it. */
export type Answer =
	| { kind: "acknowledged"; deliveryId: string }
	| { kind: "refused"; status: number }
	/** The connection was refused, or broke. */
	| { kind: "unanswered"; code: string };

/** A webhook that was posted once, and never again. */
export type Sent = { job: FaultJob; answer: Answer; ms: number };

export type Flood = {
	/** What was sent so far. */
	sent: readonly Sent[];
	/** Resolves when so many more are acknowledged. */
	more(acknowledged: number): Promise<void>;
	/** No sender begins another; resolves when each has its answer. */
	end(): Promise<readonly Sent[]>;
};

type Needs = {
	/** Makes the next job, whose webhook is then posted. */
	nextJob: () => FaultJob;
	/** Where the program listens; waits while there is none. */
	url: () => Promise<string>;
	senders?: number;
	/** How long each sender rests after an answer, ms. */
	restMs?: number;
};

/** How long a sender rests whose webhook was not taken, ms: else many would meet a door that is shut. */
const UNTAKEN_MS = 100;

/** Senders that post as NCA's workers do: one after another, each webhook once, on a connection of its own. */
export function startFlood({
	nextJob,
	url,
	senders = 8,
	restMs = 8,
}: Needs): Flood {
	const sent: Sent[] = [];
	let acknowledged = 0;
	let waiting: { for: number; resolve: () => void }[] = [];
	let ending = false;

	function note(one: Sent): void {
		sent.push(one);
		if (one.answer.kind === "acknowledged") acknowledged += 1;
		for (const { resolve } of waiting.filter((one) => one.for <= acknowledged))
			resolve();
		waiting = waiting.filter((one) => one.for > acknowledged);
	}

	async function sender(): Promise<void> {
		while (true) {
			const to = await url();
			if (ending) return;
			const job = nextJob();
			const began = performance.now();
			const answer = await postOnce(to, job);
			note({ job, answer, ms: performance.now() - began });
			await pause(answer.kind === "acknowledged" ? restMs : UNTAKEN_MS);
		}
	}

	const all = Promise.all(Array.from({ length: senders }, sender));
	return {
		sent,
		more: (count) =>
			new Promise((resolve) => {
				waiting.push({ for: acknowledged + count, resolve });
			}),
		async end() {
			ending = true;
			await all;
			return sent;
		},
	};
}

/** Posts a job's webhook as NCA does: once, without a time-out. */
export function postOnce(url: string, job: FaultJob): Promise<Answer> {
	const query = `job_id=${job.id}&operation=${job.operation}`;
	return new Promise((resolve) => {
		const asked = request(
			`${url}/webhooks/nca-toolkit?${query}`,
			{
				method: "POST",
				agent: false,
				headers: {
					"User-Agent": "python-requests/2.32.3",
					"Content-Type": "application/json",
					"Content-Length": Buffer.byteLength(job.body),
				},
			},
			async (response) => {
				let body = "";
				response.setEncoding("utf8");
				try {
					for await (const chunk of response) body += chunk;
					resolve(read(response.statusCode ?? 0, body));
				} catch (error) {
					resolve(broken(error));
				}
			},
		);
		asked.once("error", (error) => resolve(broken(error)));
		asked.end(job.body);
	});
}

function read(status: number, body: string): Answer {
	if (status !== 200) return { kind: "refused", status };
	const { delivery_id } = JSON.parse(body) as { delivery_id: string };
	return { kind: "acknowledged", deliveryId: delivery_id };
}

function broken(error: unknown): Answer {
	const { code = String(error) } = error as NodeJS.ErrnoException;
	return { kind: "unanswered", code };
}
