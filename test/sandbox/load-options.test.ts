import { describe, expect, test } from "vitest";
import { HELP, readOptions } from "../../src/sandbox/load-options.ts";

test("unless told otherwise, ten jobs are made and three in ten webhooks are lost", () => {
	expect(readOptions([])).toEqual({
		kind: "run",
		options: { jobs: 10, lost: 0.3 },
	});
});

test.each([
	[["--jobs", "1"], { jobs: 1, lost: 0.3 }],
	[["--jobs=10000", "--lost=0"], { jobs: 10_000, lost: 0 }],
	[["--lost", "1", "--jobs", "25"], { jobs: 25, lost: 1 }],
	[["--lost", ".25"], { jobs: 10, lost: 0.25 }],
])("%j is understood", (args, options) => {
	expect(readOptions(args)).toEqual({ kind: "run", options });
});

describe("what is wrong is said in words that name it", () => {
	test.each([
		[["--jobs", "0"], '--jobs is a whole number from 1 to 10,000, not "0"'],
		[["--jobs", "10001"], "from 1 to 10,000"],
		[["--jobs", "-5"], 'not "-5"'],
		[["--jobs", "2.5"], 'not "2.5"'],
		[["--jobs", "1e3"], 'not "1e3"'],
		[["--jobs="], 'not ""'],
		[["--jobs"], "--jobs needs a whole number from 1 to 10,000"],
		[["--lost", "30%"], "--lost is a share from 0 to 1, such as 0.3"],
		[["--lost", "1.01"], 'not "1.01"'],
		[["--lost", "-0.1"], 'not "-0.1"'],
		[["--lost"], "--lost needs a share"],
		[["--machines", "2"], "there is no option --machines"],
		[["-j", "3"], "there is no option -j"],
		// What npm leaves of `npm run load --jobs 30`.
		[["30"], "npm run load -- --jobs 10"],
	])("%j", (args, words) => {
		expect(readOptions(args)).toEqual({
			kind: "fault",
			fault: expect.stringContaining(words),
		});
	});
});

test("the help names every option", () => {
	expect(readOptions(["--jobs", "3", "--help"])).toEqual({ kind: "help" });
	for (const name of ["--jobs", "--lost", "--help"])
		expect(HELP).toContain(name);
});
