import { describe, expect, test } from "vitest";
import { causes } from "../../../src/monitor/alerts/causes.ts";
import type { Snapshot } from "../../../src/monitor/alerts/snapshot.ts";
import { HOUR, MINUTE, START } from "../../set-up.ts";
import { calm } from "./calm.ts";

/** What a cause makes of a moment that is calm but for this. */
function look(id: string, change: Partial<Snapshot>, isOpen = false) {
	const cause = causes.find((one) => one.id === id);
	if (!cause) throw new Error(`no cause ${id}`);
	return cause.look({ ...calm(), ...change }, isOpen);
}

test("when all is well, no cause is open, whatever it was before", () => {
	const open = causes.filter(
		(cause) => cause.look(calm(), false) ?? cause.look(calm(), true),
	);

	expect(open).toEqual([]);
});

test("no two causes share an id or a title, and titles are plain words", () => {
	const ids = new Set(causes.map(({ id }) => id));
	const titles = new Set(causes.map(({ title }) => title));

	expect([ids.size, titles.size]).toEqual([causes.length, causes.length]);
	expect([...titles].filter((one) => !/^[a-z ]+$/.test(one))).toEqual([]);
});

describe("webhooks are missing", () => {
	const silent = {
		ever: true,
		lastHour: 0,
		missedLastHour: true,
		missedLastDay: true,
	};

	test.each([
		["when none came in an hour in which one was due", silent, "last hour"],
		[
			"when none has ever come",
			{ ...silent, ever: false },
			"none has ever come",
		],
		[
			"when none has ever come, though it was due long ago",
			{ ...silent, ever: false, missedLastHour: false },
			"none has ever come",
		],
	])("%s", (_when, webhooks, words) => {
		expect(look("webhooks_missing", { webhooks })).toEqual({
			details: expect.stringContaining(words),
		});
	});

	test("not when one came, nor when none was due", () => {
		const came = { ...silent, lastHour: 1 };
		const quiet = { ...silent, missedLastHour: false };

		expect(look("webhooks_missing", { webhooks: came })).toBeNull();
		expect(look("webhooks_missing", { webhooks: quiet })).toBeNull();
	});

	test("until one comes, though no more is due", () => {
		const later = { ...silent, missedLastHour: false };
		const nextDay = { ...later, missedLastDay: false };

		expect(look("webhooks_missing", { webhooks: later }, true)).not.toBeNull();
		expect(look("webhooks_missing", { webhooks: nextDay }, true)).toBeNull();
	});
});

test.each([
	[9, 1, null],
	[8, 1, { details: "8 of 9 succeeded, 88.9 %" }],
	[0, 1, { details: "0 of 1 succeeded, 0.0 %" }],
	[0, 0, null],
])(
	"the success rate is low below 90 %%: %i done, %i failed",
	(done, failed, expected) => {
		expect(look("success_low", { endings: { done, failed } })).toEqual(
			expected,
		);
	},
);

test.each([
	[4, 0, false],
	[5, 0, true],
	[1, 4, true],
	[1, 9, false],
	[2, 17, true],
])(
	"the loss rate is high over 10 %%, of five closes or more: %i by polling, %i by webhook",
	(recovered, delivered, open) => {
		const found = look("loss_high", { closes: { recovered, delivered } });

		expect(found !== null).toBe(open);
	},
);

describe("Airtable refuses", () => {
	const heard = (change: Partial<Snapshot["airtable"]["heard"]>) => ({
		airtable: {
			...calm().airtable,
			heard: { ...calm().airtable.heard, ...change },
		},
	});
	const failing = (status: number | null, ms: number) =>
		heard({ state: "failing", since: START - ms, status, why: `so ${status}` });

	test.each([401, 402, 403, 404])("%i is told at once", (status) => {
		expect(look("airtable_refusing", failing(status, 0))).toEqual({
			details: `so ${status}`,
			since: START,
		});
	});

	test.each([429, 503, null])("%s is told after ten minutes", (status) => {
		const early = look("airtable_refusing", failing(status, 9 * MINUTE));
		const late = look("airtable_refusing", failing(status, 10 * MINUTE));

		expect(early).toBeNull();
		expect(late).toMatchObject({ since: START - 10 * MINUTE });
	});

	test("as it did before a restart, until it was asked again", () => {
		const unknown = heard({ state: "unknown", since: null, status: null });

		expect(look("airtable_refusing", unknown)).toBe("unknown");
	});
});

test.each([
	[799, 1000, false],
	[800, 1000, true],
	[1e6, null, false],
])("the quota is told of at four fifths: %i of %s", (calls, limit, open) => {
	const found = look("airtable_quota", {
		airtable: { ...calm().airtable, calls, limit },
	});

	expect(found !== null).toBe(open);
});

describe("the poller is silent", () => {
	const poller = { intervalMs: 2 * MINUTE, lastEndedAt: null, pacedAt: 0 };

	test.each([
		["after three intervals", { lastEndedAt: START - 6 * MINUTE - 1 }, true],
		["not before", { lastEndedAt: START - 6 * MINUTE }, false],
		[
			"not so soon after the process started",
			{ lastEndedAt: START - HOUR, pacedAt: START - MINUTE },
			false,
		],
		["when there was never a round", { pacedAt: START - HOUR }, true],
		[
			"never, where it is switched off",
			{ intervalMs: Number.POSITIVE_INFINITY },
			false,
		],
	])("%s", (_when, change, open) => {
		const found = look("poller_silent", { poller: { ...poller, ...change } });

		expect(found !== null).toBe(open);
	});

	test("still, though the process was restarted, until a round ends", () => {
		const restarted = { ...poller, pacedAt: START };
		const ended = { ...restarted, lastEndedAt: START };

		expect(look("poller_silent", { poller: restarted }, true)).not.toBeNull();
		expect(look("poller_silent", { poller: ended }, true)).toBeNull();
	});
});

describe("the disk is nearly full", () => {
	const GB = 1e9;

	test.each([
		["under a tenth", 0.99 * GB, 10 * GB, false, true],
		["not at a tenth", 1 * GB, 10 * GB, false, false],
		["under 100 MB of a small one", 0.09 * GB, 0.5 * GB, false, true],
		["still at a tenth, when it was", 1.1 * GB, 10 * GB, true, true],
		["still at 110 MB, when it was", 0.11 * GB, 0.5 * GB, true, true],
		["no longer with room again", 1.2 * GB, 10 * GB, true, false],
	])("%s", (_when, free, total, isOpen, open) => {
		const found = look("disk_full", { disk: { free, total } }, isOpen);

		expect(found !== null).toBe(open);
	});

	test("or nobody knows", () => {
		expect(look("disk_full", { disk: null })).toBe("unknown");
	});
});

test.each([
	["delivery_buried", { shelved: [] }],
	["field_refused", { refused: { count: 0, reasons: ["X"] } }],
	["timeouts_held", { held: 0 }],
	["database_destroyed", { destroyed: [] }],
	["nca_hung", { ncaHungSince: null }],
] as const)("%s is not open where there is none", (id, change) => {
	expect(look(id, change as Partial<Snapshot>)).toBeNull();
});

test("a destroyed database is told by its name for as long as its file is there", () => {
	const destroyed = ["inbox.db.destroyed-2026-11-23T12:00:00.000Z"];

	expect(look("database_destroyed", { destroyed }, true)).toEqual({
		details: destroyed[0],
	});
});

test("what is held, hung or refused is told with its numbers", () => {
	const reasons = ["Airtable refused Videos.Video + Music: unknown"];

	expect([
		look("field_refused", { refused: { count: 2, reasons } }),
		look("timeouts_held", { held: 11 }),
		look("nca_hung", { ncaHungSince: START - HOUR }),
	]).toEqual([
		{ details: `2 waiting; ${reasons[0]}` },
		{ details: "11 held by the last round" },
		{ details: "no job has finished there for an hour", since: START - HOUR },
	]);
});
