import { relative } from "node:path";
import { beforeEach } from "vitest";

/** By file: the tests that a run on Redis leaves out, by how their names begin, and why. */
const SQLITE_ALONE: Record<string, { why: string; tests: readonly string[] }> =
	{
		"monitor/alerts/opens.test.ts": {
			why: "copies the file, as a crash leaves it",
			tests: ["a restart repeats nothing"],
		},
		"monitor/figures-restart.test.ts": {
			why: "opens a second program with a folder of its own",
			tests: ["a restart changes no figure"],
		},
		"operate/openapi/answers.test.ts": {
			why: "breaks the file",
			tests: ["GET /health 503"],
		},
		"operate/ready.test.ts": {
			why: "breaks the file",
			tests: ["an inbox that could not be written is said to fail"],
		},
		"operate/reopen-undone.test.ts": {
			why: "opens a second program with a folder of its own",
			tests: ["a job that we closed can be reopened when the ledger was lost"],
		},
		"operate/timeline.test.ts": {
			why: "tells apart what is of one millisecond by the clock that the pace of one process moves",
			tests: [
				"a job's story is told from beginning to end",
				"it is forgotten with the recorded requests; a close",
			],
		},
		"poll/ask-due.test.ts": {
			why: "opens a second program with a folder of its own",
			tests: ["when NCA last spoke of a run is still known after a restart"],
		},
		"poll/dry-run.test.ts": {
			why: "compares every row of the file",
			tests: [
				"writes nothing: not into Airtable, not into the inbox",
				"of a first start finds the same as the round after it",
				"asks NCA nothing, since each question leaves a file there",
			],
		},
		"poll/expected-figures.test.ts": {
			why: "reads the file",
			tests: ["how often a webhook's job was looked for is remembered"],
		},
		"poll/give-up-nothing.test.ts": {
			why: "opens a second program with a folder of its own",
			tests: [
				"a file that was seen under one SPACES_BASE_URL counts under",
				"a ledger that was lost begins to count anew",
			],
		},
		"poll/taken-again.test.ts": {
			why: "opens a second program with a folder of its own",
			tests: [
				"what was parked as foreign is judged again",
				"what was parked as unproven is judged again",
				"and only then: under the same",
				"and but once: what is still foreign stays parked",
			],
		},
		"settle/read-back-crash.test.ts": {
			why: "copies the file, as a crash leaves it",
			tests: [
				"between the close and its delivery's end",
				"between the close and the ledger's word of it, too",
				"while a read-back waits, it waits still",
			],
		},
	};

beforeEach(({ task, skip }) => {
	const file = relative(import.meta.dirname, task.file.filepath);
	const alone = SQLITE_ALONE[file];
	if (alone?.tests.some((name) => task.name.startsWith(name))) skip(alone.why);
});
