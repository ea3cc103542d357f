import { describe } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { state } from "../probe/toolkit.ts";
import {
	brokenOff,
	empty,
	endless,
	type Fault,
	json,
	packed,
	page,
	redirect,
	reset,
	silent,
	stalled,
	truncated,
} from "./outside/answers.ts";
import type { World } from "./outside/campaign.ts";
import {
	type Campaign,
	failing,
	mending,
	slowly,
	testFault,
	testFaults,
} from "./outside/try-fault.ts";

const MINUTE = 60_000;
const always = failing("nca");
const end = mending("nca");
const twelve = { steps: 6, stepMs: 2 * MINUTE };

const answers: [string, Fault][] = [
	["500", page(500)],
	["401", json(401, { message: "Unauthorized" })],
	["404, a page of HTML", page(404)],
	["200, a page of HTML", page(200)],
	["200, truncated JSON", truncated],
	["200, nothing", empty],
	["by a reset", reset],
	["with less than it promised", brokenOff],
	["with a redirect to itself", redirect(307, "/v1/toolkit/job/status")],
	["with a packed hundred MiB", packed],
	["with a body that has no end", endless],
];
testFaults(
	"for twelve minutes NCA answers",
	answers.map(([what, fault]) => ({
		what,
		...always(fault),
		...twelve,
	})),
);

describe("NCA is slow to death", () => {
	const slow = slowly(6 * MINUTE);
	testFault("it never answers", { ...always(silent), ...slow });
	testFault("its body stalls after the headers", {
		...always(stalled),
		...slow,
	});
});

/** NCA mistakes one job for another: it answers of one that has ended, whoever is asked about. */
function mistaking(
	how: (asked: string, world: World) => object | undefined,
): Pick<Campaign, "begin" | "end"> {
	return {
		begin(world) {
			world.fail.nca((req, res) => {
				res.json(how(String(req.body?.job_id), world));
			});
		},
		end,
	};
}

describe("NCA mistakes one job for another:", () => {
	const ended = ({ others }: World) =>
		others.find(({ ends }) => ends === "completed");
	const failed = ({ others }: World) =>
		others.find(({ ends }) => ends === "failed");
	testFault("done, with the file of another", {
		...mistaking((asked, world) => {
			const other = ended(world);
			const url = `${world.spaces.base}/${other?.file}`;
			return state("done", composeSuccess(null, asked, url), asked);
		}),
		...twelve,
	});
	testFault("the answer of another", {
		...mistaking((_asked, world) => {
			const { id = "", ncaJobId = "" } = failed(world) ?? {};
			return state("done", composeFailure(id, ncaJobId), `${ncaJobId}0`);
		}),
		...twelve,
	});
	testFault("the body of another", {
		...mistaking((asked, { sent: [first] }) => {
			const { id = "", ncaJobId = "" } = first?.job ?? {};
			return state("done", composeFailure(id, ncaJobId), asked);
		}),
		...twelve,
	});
});
