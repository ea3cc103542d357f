import { describe, expect, test } from "vitest";
import { type Stuck, whyNotGivenUp } from "../../src/poll/give-up-rules.ts";
import { HOUR } from "../set-up.ts";

const MAX = 24 * HOUR;
const TOO_YOUNG = "not stuck for MAX_POLLING_AGE_HOURS yet";

/** Everything that is wanted, and no more. */
const ripe: Stuck = {
	seenForMs: MAX,
	recordAgeMs: MAX,
	fileIsAbsent: true,
	nca: "lost",
	spacesAnswered: true,
	tooMany: false,
	isProcessing: true,
	completedBefore: false,
};

function why(change: Partial<Stuck> = {}, byHand = false): string | null {
	return whyNotGivenUp({ ...ripe, ...change }, { maxAgeMs: MAX, byHand });
}

test.each(["not configured", "lost", "failed"] as const)(
	"a run is given up that was stuck long enough, where NCA is or says: %s",
	(nca) => {
		expect(why({ nca })).toBeNull();
	},
);

describe("a run is not given up", () => {
	test.each<[string, Partial<Stuck>, string]>([
		["seen for too short a time", { seenForMs: MAX - 1 }, TOO_YOUNG],
		["seen just now", { seenForMs: 0 }, TOO_YOUNG],
		[
			"seen for too short a time, however old its record",
			{ seenForMs: MAX - 1, recordAgeMs: 1000 * MAX },
			TOO_YOUNG,
		],
		[
			"Spaces does not say absent",
			{ fileIsAbsent: false },
			"Spaces does not say that its file is absent",
		],
		[
			"nothing was ever seen in Spaces",
			{ spacesAnswered: false },
			"no file was ever seen under this SPACES_BASE_URL",
		],
		[
			"NCA did not answer",
			{ nca: null },
			"NCA has not answered within the last hour",
		],
		["NCA says done", { nca: "completed" }, "NCA says done"],
		[
			"it is not in processing",
			{ isProcessing: false },
			"it is not in processing",
		],
		[
			"another run of its job was completed",
			{ completedBefore: true },
			"it was completed under another id",
		],
		["it is in NCA's queue", { nca: "queued" }, "NCA says queued"],
		["it is at work", { nca: "running" }, "NCA says running"],
		[
			"there are too many",
			{ tooMany: true },
			"held: more than 10 are to be given up, which give_up confirms",
		],
	])("%s", (_what, change, reason) => {
		expect(why(change)).toBe(reason);
	});
});

describe("NCA's queued, running and unreadable are believed", () => {
	test.each(["queued", "running", "unreadable"] as const)(
		"up to twice the age: %s",
		(nca) => {
			const seenForMs = 2 * MAX;

			expect(why({ nca, seenForMs: seenForMs - 1 })).toMatch(/^NCA /);
			expect(why({ nca, seenForMs })).toBeNull();
		},
	);

	test("by the time that the run was seen, not by its record's age", () => {
		const recordAgeMs = 100 * MAX;

		expect(why({ nca: "queued", recordAgeMs })).toBe("NCA says queued");
		expect(why({ nca: "queued", recordAgeMs, seenForMs: 0 }, true)).toBe(
			"NCA says queued",
		);
	});
});

test("done is believed for ever", () => {
	expect(why({ nca: "completed", seenForMs: 100 * MAX })).toBe("NCA says done");
});

describe("by the operator's word", () => {
	test("what is held is given up", () => {
		expect(why({ tooMany: true }, true)).toBeNull();
	});

	test("what has an old record is given up, though seen just now", () => {
		expect(why({ seenForMs: 0 }, true)).toBeNull();
		expect(why({ seenForMs: 0, recordAgeMs: MAX - 1 }, true)).toBe(TOO_YOUNG);
	});

	test.each<[string, Partial<Stuck>]>([
		["too young", { seenForMs: 0, recordAgeMs: MAX - 1 }],
		["its file not absent", { fileIsAbsent: false }],
		["Spaces never seen", { spacesAnswered: false }],
		["NCA silent", { nca: null }],
		["NCA at work", { nca: "running" }],
		["NCA done", { nca: "completed" }],
		["not in processing", { isProcessing: false }],
		["completed before", { completedBefore: true }],
	])("every other condition stands: %s", (_what, change) => {
		expect(why({ tooMany: true, ...change }, true)).not.toBeNull();
	});
});
