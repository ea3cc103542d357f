import { describe, expect, test } from "vitest";
import {
	type Fault,
	flapping,
	page,
	redirect,
	reset,
	silent,
} from "./outside/answers.ts";
import { startWorld } from "./outside/campaign.ts";
import { isSettled } from "./outside/jobs.ts";
import {
	failing,
	mending,
	SHORT,
	slowly,
	testFault,
	testFaults,
} from "./outside/try-fault.ts";
import { verify } from "./outside/verify.ts";

const MINUTE = 60_000;
const always = failing("spaces");
const end = mending("spaces");

/** 200, and what else it is told with. */
const ok =
	(headers: Record<string, string>): Fault =>
	(_req, res) => {
		res.writeHead(200, headers).end();
	};

/** A HEAD is answered as a GET would be. */
const withBody: Fault = ({ socket }) => {
	socket.end("HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nbad");
};

const noHttp: Fault = ({ socket }) => {
	socket.end("\u0016\u0003\u0001 this is another protocol\r\n\r\n");
};

const answers: [string, Fault][] = [
	["503", page(503)],
	["500", page(500)],
	["429", page(429)],
	["403", page(403)],
	["404", page(404)],
	["200 with the length 0", ok({ "Content-Length": "0" })],
	["200 without a length", ok({ "Transfer-Encoding": "chunked" })],
	["with a redirect to another host", redirect(302, "http://127.0.0.1:9/x")],
	["by a reset", reset],
	["a HEAD with a body", withBody],
	["what is no HTTP", noHttp],
];
testFaults(
	"for two minutes Spaces answers",
	answers.map(([what, fault]) => ({
		what,
		...always(fault),
		steps: 6,
		stepMs: MINUTE / 3,
	})),
);

testFault("Spaces shows each file only when asked for the third time", {
	begin({ fail }) {
		const asked = new Map<string, number>();
		fail.spaces((req, res, next) => {
			const times = (asked.get(req.path) ?? 0) + 1;
			asked.set(req.path, times);
			if (times < 3) page(404)(req, res, next);
			else next();
		});
	},
	end: () => {},
	steps: 6,
	stepMs: MINUTE / 3,
});

testFault("Spaces flaps", {
	begin: ({ fail }, chance) =>
		fail.spaces(flapping(chance, [page(503), reset, page(403)])),
	end,
	steps: 6,
	stepMs: MINUTE / 3,
	webhooks: 12,
});

describe("for an hour Spaces", () => {
	const hour = { steps: 12, stepMs: 5 * MINUTE };
	testFault("answers 503", { ...always(page(503)), ...hour });
	testFault("resets", { ...always(reset), ...hour });
});

describe("Spaces is slow to death", () => {
	const slow = slowly(MINUTE);
	testFault("it never answers", { ...always(silent), ...slow });
	testFault("each HEAD takes most of its deadline", {
		...always((_req, _res, next) => {
			setTimeout(next, SHORT.headMs / 2);
		}),
		...slow,
		webhooks: 20,
	});
});

test("while Spaces says 403 for twenty minutes nothing is failed, and a round finds later what a webhook could not prove", async () => {
	const world = await startWorld();
	world.fail.spaces(page(403));
	await world.live(10, 2 * MINUTE);
	world.fail.spaces(null);

	await world.recover();

	const jobs = [...world.others, ...world.sent.map(({ job }) => job)];
	expect(jobs.filter((job) => !isSettled(world, job))).toEqual([]);
	const { wrong, twice, health } = await verify(world);
	expect({ wrong, twice, health }).toEqual({
		wrong: [],
		twice: [],
		health: 200,
	});
});
