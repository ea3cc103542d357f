import { expect, vi } from "vitest";
import type { Program } from "../../src/sandbox/program.ts";
import type { RedisServer } from "../../src/sandbox/redis.ts";
import { composeSuccess } from "../bodies.ts";
import type { TestJob } from "../jobs.ts";
import { startStandIns } from "./stand-ins.ts";

const patience = { timeout: 40_000, interval: 20 };

/** Stand-ins, of which Airtable has a limit, and what starts machines that share them and a Redis. */
export async function setUpMachines(
	redis: Pick<RedisServer, "url">,
	requestsPerSecond: number,
) {
	const bench = await startStandIns(
		{ requestsPerSecond },
		{
			AIRTABLE_REQUESTS_PER_SECOND: String(requestsPerSecond),
			REDIS_URL: redis.url,
		},
	);
	const { airtable, spaces } = bench;
	/** How often each record was written. */
	const writes = new Map<string, number>();
	let holding: null | {
		after: number;
		reached: () => void;
		over: Promise<void>;
	} = null;
	airtable.fault(async (req, _res, next) => {
		if (req.method === "PATCH") {
			if (writes.size >= (holding?.after ?? Number.POSITIVE_INFINITY)) {
				holding?.reached();
				await holding?.over;
			}
			for (const { id } of req.body.records)
				writes.set(id, (writes.get(id) ?? 0) + 1);
		}
		next();
	});

	return {
		...bench,
		writes,
		/** Once so many records were written, the next write is under way until it is let go. */
		holdWrites(after: number) {
			const reached = Promise.withResolvers<void>();
			const over = Promise.withResolvers<void>();
			holding = { after, reached: reached.resolve, over: over.promise };
			return { reached: reached.promise, letGo: over.resolve };
		},
		/** Posts a job's webhook until it is acknowledged. */
		async send(job: TestJob, to: readonly Pick<Program, "url">[]) {
			const file = spaces.put(job.file, 10);
			const body = JSON.stringify(composeSuccess(job.id, job.ncaJobId, file));
			let times = 0;
			await vi.waitFor(async () => {
				const url = to[times % to.length]?.url;
				times += 1;
				const query = `job_id=${job.id}&operation=image_zoom`;
				const { status } = await fetch(`${url}/webhooks/nca-toolkit?${query}`, {
					method: "POST",
					body,
				});
				expect(status).toBe(200);
			}, patience);
			return times;
		},
		isCompleted: ({ id }: TestJob) =>
			airtable.get("Jobs", id).Status === "completed",
	};
}

/** Waits for a line of its log. */
export function untilSaid(
	programs: readonly Program[],
	msg: string,
): Promise<Program> {
	return vi.waitFor(() => {
		const found = programs.find(({ lines }) =>
			lines.some((line) => line.msg === msg),
		);
		if (!found) throw new Error(`nobody has said: ${msg}`);
		return found;
	}, patience);
}

export const until = (isSo: () => boolean) =>
	vi.waitFor(() => expect(isSo()).toBe(true), patience);
