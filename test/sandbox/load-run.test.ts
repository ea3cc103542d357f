import { expect, test } from "vitest";
import { reportLines } from "../../src/sandbox/load-report.ts";
import {
	deadlineMs,
	type LoadResult,
	loadParts,
	runLoad,
} from "../../src/sandbox/load-run.ts";
import type { Figures } from "../../src/sandbox/load-tally.ts";

const monotonic = () => performance.now();

test("a handful of jobs is closed by the real program, by webhooks and by polling", async () => {
	const shown: Figures[] = [];

	const result = await runLoad(
		{ jobs: 6, lost: 0.5 },
		{
			show: (figures) => shown.push(figures),
			signal: new AbortController().signal,
			monotonic,
		},
	);

	expect(result.end).toBe("all closed");
	expect(result.figures).toMatchObject({ made: 6, closed: 6, webhook: 3 });
	expect(result.airtable.requests).toBeGreaterThan(0);
	expect(result.airtable.throttled).toBe(0);
	expect(shown[0]).toMatchObject({ wanted: 6, closed: 0 });
});

test("stopped halfway, it ends and says how far it came", async () => {
	const interrupted = new AbortController();

	const result = await runLoad(
		{ jobs: 200, lost: 0 },
		{
			show: ({ made }) => {
				if (made > 0) interrupted.abort();
			},
			signal: interrupted.signal,
			monotonic,
		},
	);

	expect(result.end).toBe("interrupted");
	expect(result.figures.closed).toBeLessThan(200);
	expect(reportLines(result).join("\n")).toContain("of 200 jobs were closed");
});

test("what is not closed in time is given up, and named", async () => {
	let late = 0;

	const result = await runLoad(
		{ jobs: 200, lost: 0 },
		{
			show: () => {
				late = deadlineMs(200, 5);
			},
			signal: new AbortController().signal,
			monotonic: () => monotonic() + late,
		},
	);

	expect(result.end).toBe("too late");
	const report = reportLines(result).join("\n");
	expect(report).toMatch(/Given up: \d+ of 200 jobs were closed/);
	for (const { job } of result.wrong.slice(0, 10))
		expect(report).toContain(`${job.id} ${job.operation}`);
});

test("of a thousand that are missing, ten are named and the rest is counted", () => {
	const wrong = loadParts({ jobs: 1_000, lost: 0 }).map((part, nth) => ({
		job: {
			id: `rec${nth}`,
			operation: part.operation,
			targetId: "recT",
			ncaJobId: "nca",
			part,
		},
		status: "processing",
		via: "",
		wrong: "is processing, should be completed",
	}));
	const result: LoadResult = {
		figures: {
			wanted: 1_000,
			made: 1_000,
			closed: 0,
			webhook: 0,
			polling: 0,
			ncaStatus: 0,
			perSecond: 0,
			slowestMs: null,
			answers: null,
			elapsedMs: 260_000,
		},
		wrong,
		airtable: { requests: 7, throttled: 3 },
		complaints: new Map([["drain paused: 429", 2]]),
		end: "too late",
	};

	const report = reportLines(result).join("\n");

	expect(report.match(/rec\d+ /g)).toHaveLength(10);
	expect(report).toContain("and 990 more");
	expect(report).toContain("3 refused for being too many (429)");
	expect(report).toContain("drain paused: 429");
});

test.each([
	[10, 0.3, 3],
	[10, 0, 0],
	[7, 1, 7],
	[1_000, 0.25, 250],
	[3, 0.5, 2],
])("of %i jobs the share %d is lost: %i", (jobs, lost, expected) => {
	const parts = loadParts({ jobs, lost });

	expect(parts).toHaveLength(jobs);
	expect(parts.filter(({ fate }) => fate.dies)).toHaveLength(expected);
});

test("what is lost is spread over every operation", () => {
	const lost = loadParts({ jobs: 1_000, lost: 0.25 }).filter(
		({ fate }) => fate.dies,
	);

	expect(new Set(lost.map(({ operation }) => operation)).size).toBe(4);
});

test("the time that it may take grows with the jobs, and shrinks with the limit", () => {
	expect(deadlineMs(10, 5)).toBe(62_000);
	expect(deadlineMs(10_000, 5)).toBe(2_060_000);
	expect(deadlineMs(10_000, 50)).toBe(260_000);
});
