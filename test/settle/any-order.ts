import type { OperationName } from "../../src/operations.ts";
import { composeFailure } from "../bodies.ts";
import { makeJob, ncaId, post, type TestJob } from "../jobs.ts";
import { HOUR, setUpWithNca } from "../set-up.ts";
import { failure, finding, oddFile, success } from "./learn.ts";

type Bench = Awaited<ReturnType<typeof setUpWithNca>>;

const WEBHOOK_SECRET = "a secret that is long enough";

/** What NCA says of its failure, each time. */
export const REASON = "Filter not found";

/** How a job begins. */
export type Cast = {
	operation: OperationName;
	/** Whether its file has the name that a HEAD looks for; else only NCA can tell of it. */
	foreseen: boolean;
	/** Whether a failed job has left a file: half of one, which a HEAD takes for the whole. */
	leavesFile: boolean;
	/** Whether it was given up before anything came. */
	givenUp: boolean;
};

/** What may come of one job. */
type JobStep = {
	what: "webhook" | "stale" | "stranger" | "timeout" | "check";
	of: number;
	nth: number;
};

/** Or of none. */
export type Step =
	| JobStep
	| { what: "round" | "drain" | "fetch" }
	| { what: "time"; ms: number };

export type Truth = "completed" | "failed";

export type Player = TestJob & Cast & { earlier: string };

/** The jobs as they stand before the first step: submitted twice, the first time seen; some given up. */
export async function begin(
	truth: Truth,
	{ casts, proved }: { casts: readonly Cast[]; proved: boolean },
) {
	const bench = await setUpWithNca(proved ? { WEBHOOK_SECRET } : {});
	const players = casts.map((cast): Player => {
		const job = makeJob(bench, cast.operation, {}, 25 * HOUR);
		const file = cast.foreseen ? job.file : oddFile(job);
		return { ...job, ...cast, file, earlier: ncaId() };
	});
	for (const { id, earlier, ncaJobId } of players) {
		bench.airtable.set("Jobs", id, { "External Job ID": earlier });
		await bench.poll.check(id);
		bench.airtable.set("Jobs", id, { "External Job ID": ncaJobId });
	}
	for (const player of players) {
		if (player.givenUp) await finding(bench, player, "timeout");
		bench.spaces.put(`${player.earlier}_output_0.mp4`, 10);
		ended(bench, truth, player);
	}
	return { bench, players };
}

/** NCA is done with it, whether anyone has heard of it or not. */
function ended({ spaces, nca }: Bench, truth: Truth, player: Player): void {
	const { id, ncaJobId, file, leavesFile } = player;
	if (truth === "failed") {
		if (leavesFile) spaces.put(file, 10);
		const body = { code: 500, id, job_id: ncaJobId, message: REASON };
		nca.say(ncaJobId, "done", body);
	} else {
		const response = [{ file_url: spaces.put(file, 10) }];
		nca.say(ncaJobId, "done", { code: 200, id, job_id: ncaJobId, response });
	}
}

/** Does one step; the poller's rounds look at every job each time. */
export async function take(
	bench: Bench,
	truth: Truth,
	players: readonly Player[],
	step: Step,
): Promise<void> {
	const { drain, poll, airtable, clock } = bench;
	switch (step.what) {
		case "drain":
			await drain.once();
			return;
		case "round":
			await poll.round({ all: true });
			return;
		case "fetch":
			await airtable.fetchAttachments();
			return;
		case "time":
			clock.advance(step.ms);
			return;
		default: {
			const player = players[step.of % players.length];
			if (player) await befall(bench, truth, player, step);
		}
	}
}

async function befall(
	bench: Bench,
	truth: Truth,
	player: Player,
	{ what, nth }: JobStep,
): Promise<void> {
	const told = (job: TestJob, outcome: Truth) =>
		outcome === "completed"
			? success(bench, job, nth)
			: failure(bench, job, job === player ? REASON : "of another run");
	const { earlier } = player;
	switch (what) {
		case "webhook":
			await told(player, truth);
			return;
		case "stale": {
			const file = `${earlier}_output_0.mp4`;
			const isFailure = truth === "completed" && nth % 2 === 0;
			await told(
				{ ...player, ncaJobId: earlier, file },
				isFailure ? "failed" : "completed",
			);
			return;
		}
		case "stranger":
			await post(
				bench,
				`job_id=${player.id}`,
				composeFailure(player.id, ncaId()),
			);
			return;
		case "timeout":
			await finding(bench, player, "timeout");
			return;
		case "check":
			await bench.poll.check(player.id);
	}
}
