import { describe } from "vitest";
import {
	brokenOff,
	empty,
	endless,
	everyOther,
	type Fault,
	flapping,
	json,
	onWrites,
	packed,
	page,
	reset,
	silent,
	stalled,
	truncated,
	unheard,
} from "./outside/answers.ts";
import {
	failing,
	mending,
	SHORT,
	slowly,
	testFault,
	testFaults,
} from "./outside/try-fault.ts";

const MINUTE = 60_000;
const always = failing("airtable");
const end = mending("airtable");
const tooMany = { errors: [{ error: "RATE_LIMIT_REACHED", message: "" }] };

const twoMinutes = { steps: 8, stepMs: MINUTE / 4 };
const twoMinutesAnswers: [string, Fault][] = [
	["500", json(500, { error: { type: "SERVER_ERROR" } })],
	["502, a page of HTML", page(502)],
	["503, a page of HTML", page(503)],
	["504, a page of HTML", page(504)],
	["429 with Retry-After", json(429, tooMany, { "Retry-After": "30" })],
	["429 without it", json(429, tooMany)],
	["429, a page of HTML", page(429)],
	["200, a page of HTML", page(200)],
	["400, a page of HTML", page(400)],
	["413, a page of HTML, for writes", onWrites(page(413))],
	["200, truncated JSON", truncated],
	["200, nothing", empty],
	["JSON of another shape", json(200, { data: [] })],
	["a list", json(200, [])],
	["an error under 200", json(200, { error: { type: "X", message: "" } })],
	["by a reset", reset],
	["with less than it promised", brokenOff],
	["with a packed hundred MiB", packed],
];
testFaults(
	"for two minutes Airtable answers",
	twoMinutesAnswers.map(([what, fault]) => ({
		what,
		...always(fault),
		...twoMinutes,
	})),
);

const hour = { steps: 12, stepMs: 5 * MINUTE };
const hourAnswers: [string, Fault][] = [
	["401: the token is withdrawn", json(401, { error: { type: "AUTH" } })],
	["402: the plan is over", json(402, { error: { type: "PAYMENT" } })],
	["403: the token may not", json(403, { error: { type: "NOT_AUTH" } })],
	["404: there is no such base", json(404, { error: "NOT_FOUND" })],
	["401 to writes", onWrites(json(401, { error: { type: "AUTH" } }))],
	["403 to writes", onWrites(json(403, { error: { type: "NOT_AUTH" } }))],
	["404 to writes", onWrites(json(404, { error: "NOT_FOUND" }))],
];
testFaults(
	"for an hour Airtable answers",
	hourAnswers.map(([what, fault]) => ({ what, ...always(fault), ...hour })),
);

const later: Parameters<typeof unheard>[0] = (res) => {
	setTimeout(() => res.end('{"records":[]}'), 2 * SHORT.airtableMs);
};

describe("Airtable is slow to death", () => {
	const slow = slowly(MINUTE);
	testFault("it never answers", { ...always(silent), ...slow });
	testFault("its body stalls after the headers", {
		...always(stalled),
		...slow,
	});
	testFault("its body has no end", { ...always(endless), ...slow });
	testFault("what it wrote it tells after the deadline", {
		...always(onWrites(unheard(later))),
		...slow,
	});
});

describe("Airtable writes, and nobody hears of it:", () => {
	const ways: [string, Parameters<typeof unheard>[0]][] = [
		["a reset", (res) => res.socket?.destroy()],
		["502", (res) => void res.status(502).end("<html/>")],
		["truncated JSON", (res) => void res.end('{"records":[{"id')],
		["JSON of another shape", (res) => void res.end('{"done":true}')],
	];
	for (const [what, way] of ways)
		testFault(what, {
			...always(onWrites(unheard(way))),
			steps: 6,
			stepMs: MINUTE / 3,
			webhooks: 12,
		});
});

describe("Airtable flaps", () => {
	const often = { steps: 8, stepMs: MINUTE / 3, webhooks: 12, end };
	const ways = [
		page(503),
		reset,
		brokenOff,
		truncated,
		unheard((res) => res.socket?.destroy()),
		unheard((res) => void res.status(502).end()),
	];
	testFault("down and up, as chance has it", {
		...often,
		begin: ({ fail }, chance) => fail.airtable(flapping(chance, ways)),
	});
	testFault("down and up in the middle of a batch's writes", {
		...often,
		begin: ({ fail }) => fail.airtable(onWrites(everyOther(page(503), 1))),
	});
	testFault("every few calls throttled", {
		...often,
		begin: ({ fail }) => fail.airtable(everyOther(json(429, tooMany), 3)),
	});
});
