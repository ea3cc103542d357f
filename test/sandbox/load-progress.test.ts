import { expect, test } from "vitest";
import {
	barLine,
	createProgress,
	progressText,
} from "../../src/sandbox/load-progress.ts";
import type { Figures } from "../../src/sandbox/load-tally.ts";

const HALF: Figures = {
	wanted: 1_000,
	made: 800,
	closed: 500,
	webhook: 400,
	polling: 99,
	ncaStatus: 1,
	perSecond: 20.04,
	slowestMs: 3_000,
	answers: { half: 1, slowest: 9 },
	elapsedMs: 25_120,
};
const LARGEST: Figures = {
	...HALF,
	wanted: 10_000,
	made: 10_000,
	closed: 9_999,
	webhook: 7_000,
	polling: 2_999,
	elapsedMs: 1_234_567,
};

function setUp(width: number | undefined) {
	const written: string[] = [];
	const write = (text: string) => void written.push(text);
	return { written, ...createProgress({ write, columns: () => width }) };
}

test("a bar shows what is closed, what is made, and what is to be made", () => {
	const line = barLine(HALF, 120);

	expect(line).toBe(
		`[${"█".repeat(15)}${"▒".repeat(9)}${"░".repeat(6)}] 500/1,000  20.0/s  webhook 400  polling 100  25.1 s`,
	);
});

test.each([20, 40, 60, 80, 100, 200])(
	"in %i columns the line does not wrap",
	(columns) => {
		expect(barLine(LARGEST, columns).length).toBeLessThan(columns);
	},
);

test("ten thousand jobs have a bar in 80 columns, not full before the last is closed", () => {
	const almost = barLine(LARGEST, 80);
	const all = barLine({ ...LARGEST, closed: 10_000 }, 80);

	expect(almost).toMatch(/^\[█+▒\] /);
	expect(all).toMatch(/^\[█+\] /);
});

test("in words, it says how many are made while they are being made, and who told", () => {
	expect(progressText(HALF)).toBe(
		"25.1 s: 500/1,000 closed of 800 made, 20.0/s; 400 by webhook, 99 by polling, 1 by asking NCA",
	);
	expect(progressText({ ...HALF, made: 1_000, ncaStatus: 0 })).toBe(
		"25.1 s: 500/1,000 closed, 20.0/s; 400 by webhook, 99 by polling",
	);
});

test("on a terminal one line is written over", () => {
	const progress = setUp(100);

	progress.show({ ...HALF, elapsedMs: 250 });
	progress.show({ ...HALF, elapsedMs: 500 });
	progress.end(HALF);

	const line = barLine(HALF, 100);
	expect(progress.written).toHaveLength(3);
	for (const text of progress.written)
		expect(text.startsWith("\r\u001b[K[")).toBe(true);
	expect(progress.written.join("").split("\n")).toHaveLength(2);
	expect(progress.written.at(-1)).toContain(`${line}\n`);
});

test("elsewhere a plain line is written every five seconds, and one at the end", () => {
	const progress = setUp(undefined);

	for (let elapsedMs = 0; elapsedMs <= 12_000; elapsedMs += 250)
		progress.show({ ...HALF, elapsedMs });
	progress.end({ ...HALF, elapsedMs: 12_100 });

	expect(progress.written.map((text) => text.split(":")[0])).toEqual([
		"5.0 s",
		"10.0 s",
		"12.1 s",
	]);
	expect(progress.written.join("")).not.toContain("\r");
	expect(progress.written.join("")).not.toContain("\u001b");
});
