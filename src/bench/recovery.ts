import { residentMb } from "./child.ts";
import { makeStuckJobs } from "./jobs.ts";
import type { Measure, Row, StoreName } from "./row.ts";
import { type Toll, totals, watch } from "./watch.ts";
import { createWorld, type Limits } from "./world.ts";

/**
 * How many jobs, and within what limits. A limit that is higher, with a latency that is shorter, stands for the real one
 * on a faster clock. It is never so high that it is the machine that holds the jobs up: between the requests
 * for a hundred of them it needs some 50 ms, and at 30 requests a second the limit gives it 760.
 */
const SIZES: readonly (Limits & { jobs: number })[] = [
	{ jobs: 100, requestsPerSecond: 5, latencyMs: 40 },
	{ jobs: 300, requestsPerSecond: 5, latencyMs: 250 },
	{ jobs: 300, requestsPerSecond: 20, latencyMs: 40 },
	{ jobs: 1_000, requestsPerSecond: 20, latencyMs: 40 },
	{ jobs: 10_000, requestsPerSecond: 30, latencyMs: 30 },
];

/** The line is drawn with SQLite; that a Redis follows it is seen with these. */
const MOST_IN_REDIS = 1_000;

/** Stuck jobs whose files are there: the program finds and closes them by the round at its start. */
export const measureRecovery: Measure = async ({ store, say }) => {
	const rows: Row[] = [];
	const pace: number[] = [];
	for (const size of SIZES) {
		if (store === "redis" && size.jobs > MOST_IN_REDIS) continue;
		const { jobs, requestsPerSecond, latencyMs } = size;
		const of = `${jobs} jobs, ${requestsPerSecond} requests/s, ${latencyMs} ms`;
		say(of);
		const recovered = await recover(store, size);
		const { toll } = recovered;
		rows.push(...rowsOf(`${store}: recovery of ${of}`, size, recovered));
		if (latencyMs * requestsPerSecond <= 1_000)
			pace.push((toll.seconds * requestsPerSecond) / jobs);
	}
	return [...rows, straightness(store, pace)];
};

type Recovered = { toll: Toll; throttled: number; memoryMb: number };

async function recover(
	store: StoreName,
	size: (typeof SIZES)[number],
): Promise<Recovered> {
	await using world = await createWorld(store, size);
	const ids = makeStuckJobs(world, size.jobs).map(({ id }) => id);
	const { done } = watch(world.airtable, ids);
	const { pid } = await world.start();
	const toll = await done;
	const throttled = world.airtable.throttled();
	return { toll, throttled, memoryMb: residentMb(pid).most };
}

function rowsOf(
	of: string,
	{ jobs, requestsPerSecond }: (typeof SIZES)[number],
	{ toll, throttled, memoryMb }: Recovered,
): Row[] {
	const { all, closing } = totals(toll);
	const least = 3 * Math.ceil(jobs / 100) + 2 * Math.ceil(jobs / 10);
	const allowed = all / requestsPerSecond;
	const kinds = Object.entries(toll.requests)
		.filter(([, count]) => count > 0)
		.map(([kind, count]) => `${kind} ${count}`);
	return [
		asRow(
			`${of}: requests ÷ least`,
			closing / least,
			1.15,
			`${closing} of ${least}; ${kinds.join(", ")}; ${throttled} × 429`,
			throttled === 0,
		),
		asRow(
			`${of}: time ÷ what the limit allows`,
			toll.seconds / allowed,
			1.1,
			`${toll.seconds.toFixed(2)} s, of which the limit explains ${allowed.toFixed(2)} s for ${all} requests; ${memoryMb.toFixed(0)} MB at the most`,
		),
	];
}

/** Of the times that one job took, counted in requests, the longest ÷ the shortest. */
function straightness(store: StoreName, pace: readonly number[]): Row {
	return asRow(
		`${store}: recovery, a straight line: slowest ÷ fastest size, by job`,
		Math.max(...pace) / Math.min(...pace),
		1.15,
		`${pace.map((one) => one.toFixed(3)).join(", ")} requests' time a job`,
	);
}

function asRow(
	what: string,
	ratio: number,
	most: number,
	figures: string,
	also = true,
): Row {
	const met = ratio <= most && also;
	return { what, ratio: ratio.toFixed(3), goal: `≤ ${most}`, met, figures };
}
