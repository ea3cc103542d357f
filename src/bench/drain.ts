import { setTimeout as sleep } from "node:timers/promises";
import { type BenchJob, makeStuckJobs } from "./jobs.ts";
import type { Measure, Row, StoreName } from "./row.ts";
import { totals, watch } from "./watch.ts";
import { createWorld, type Limits, type World } from "./world.ts";

const MANY = 1_000;
/** A limit that holds them up, and not the machine, whose HEADs of a hundred files take a tenth of a second. */
const MANY_LIMITS: Limits = { requestsPerSecond: 10, latencyMs: 40 };
/** As many connections as NCA's workers would have at the most. */
const AT_ONCE = 50;
const LONE_LIMITS: readonly Limits[] = [
	{ requestsPerSecond: 5, latencyMs: 40 },
	{ requestsPerSecond: 5, latencyMs: 250 },
];
const LONE_TIMES = 5;
/** Long enough for what came before to be no company. ms */
const PAUSE_MS = 1_500;
const LONE_GOAL_S = 2;

/** Webhooks until their jobs are closed in Airtable: very many at once, and one by itself. */
export const measureDrain: Measure = async ({ store, say }) => {
	say(`${MANY} webhooks at once`);
	const rows = [await many(store)];
	for (const limits of LONE_LIMITS) {
		say(`a lone webhook, ${limits.latencyMs} ms`);
		rows.push(await lone(store, limits));
	}
	return rows;
};

async function many(store: StoreName): Promise<Row> {
	await using world = await createWorld(store, MANY_LIMITS);
	const jobs = makeStuckJobs(world, MANY);
	const { url } = await world.start({ ENABLE_JOB_POLLING: "false" });
	const { done } = watch(
		world.airtable,
		jobs.map(({ id }) => id),
	);

	const began = performance.now();
	const left = [...jobs];
	const sender = async () => {
		for (let job = left.pop(); job; job = left.pop()) await post(url, job);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, sender));
	const toll = await done;

	const seconds = (toll.at - began) / 1000;
	const least = 2 * Math.ceil(MANY / 100) + 2 * Math.ceil(MANY / 10);
	const allowed = (MANY * MANY_LIMITS.requestsPerSecond) / least;
	const settled = MANY / seconds;
	const throttled = world.airtable.throttled();
	return {
		what: `${store}: drain of ${MANY} webhooks: settled a second ÷ what the limit allows`,
		ratio: (settled / allowed).toFixed(3),
		goal: "≥ 0.9",
		met: settled / allowed >= 0.9 && throttled === 0,
		figures: `${settled.toFixed(1)} of ${allowed.toFixed(1)} a second; ${totals(toll).closing} requests, least ${least}; ${throttled} × 429`,
	};
}

async function lone(store: StoreName, limits: Limits): Promise<Row> {
	await using world = await createWorld(store, limits);
	const jobs = makeStuckJobs(world, LONE_TIMES);
	const { url } = await world.start({ ENABLE_JOB_POLLING: "false" });
	const seconds: number[] = [];
	for (const job of jobs) {
		await sleep(PAUSE_MS);
		seconds.push(await timeOf(world, url, job));
	}

	const worst = Math.max(...seconds);
	return {
		what: `${store}: a lone webhook, ${limits.requestsPerSecond} requests/s, ${limits.latencyMs} ms: until completed ÷ ${LONE_GOAL_S} s`,
		ratio: (worst / LONE_GOAL_S).toFixed(2),
		goal: "≤ 1",
		met: worst <= LONE_GOAL_S,
		figures: `${seconds.map((one) => one.toFixed(2)).join(", ")} s; ${world.airtable.throttled()} × 429`,
	};
}

async function timeOf(
	{ airtable }: World,
	url: string,
	job: BenchJob,
): Promise<number> {
	const { done } = watch(airtable, [job.id]);
	const began = performance.now();
	await post(url, job);
	return ((await done).at - began) / 1000;
}

/** Posts as NCA does, once. @throws where it is not taken */
async function post(url: string, job: BenchJob): Promise<void> {
	const { id, ncaJobId } = job;
	const response = await fetch(
		`${url}/webhooks/nca-toolkit?job_id=${id}&operation=combine`,
		{
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({
				code: 200,
				endpoint: "/v1/ffmpeg/compose",
				id,
				job_id: ncaJobId,
				message: "success",
				response: [{ file_url: job.url }],
			}),
		},
	);
	if (!response.ok)
		throw new Error(`a webhook was answered ${response.status}`);
	await response.arrayBuffer();
}
