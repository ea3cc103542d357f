import fc from "fast-check";
import { expect, test } from "vitest";
import { operationByName } from "../../src/operations.ts";
import { MINUTE } from "../set-up.ts";
import {
	begin,
	type Cast,
	type Player,
	REASON,
	type Step,
	type Truth,
	take,
} from "./any-order.ts";
import { writes } from "./learn.ts";

/** So long, ms, that what is set back or late is another matter. */
const AT_MOST = 14 * MINUTE;

const casts = fc.array(
	fc.record<Cast>({
		operation: fc.constantFrom(
			"combine",
			"image_zoom",
			"concatenate",
			"add_music",
		),
		foreseen: fc.boolean(),
		leavesFile: fc.boolean(),
		givenUp: fc.boolean(),
	}),
	{ minLength: 1, maxLength: 4 },
);

const steps = fc.array(
	fc.oneof<fc.WeightedArbitrary<Step>[]>(
		{
			weight: 5,
			arbitrary: fc.record({
				what: fc.constantFrom(
					"webhook",
					"stale",
					"stranger",
					"timeout",
					"check",
				),
				of: fc.nat(3),
				nth: fc.integer({ min: 1, max: 3 }),
			}),
		},
		{
			weight: 3,
			arbitrary: fc.record({
				what: fc.constantFrom("round", "drain", "drain", "fetch"),
			}),
		},
		{
			weight: 2,
			arbitrary: fc.record({
				what: fc.constant("time"),
				ms: fc.constantFrom(5_000, 20_000, MINUTE, 3 * MINUTE),
			}),
		},
	),
	{ minLength: 5, maxLength: 25 },
);

type Play = {
	casts: Cast[];
	/** Whether NCA's webhooks carry a token. */
	proved: boolean;
	steps: Step[];
	places: number[];
};

/** A webhook of each job comes at some time, among whatever else does. */
const plays = fc.record<Play>({
	casts,
	proved: fc.boolean(),
	steps,
	places: fc.array(fc.nat(25), { minLength: 4, maxLength: 4 }),
});

function programOf({ casts, steps, places }: Play): Step[] {
	const program = [...steps];
	for (const of of casts.keys())
		program.splice((places[of] ?? 0) % (program.length + 1), 0, {
			what: "webhook",
			of,
			nth: 0,
		});
	let passed = 0;
	return program.filter((step) => {
		if (step.what !== "time") return true;
		passed += step.ms;
		return passed <= AT_MOST;
	});
}

type Bench = Awaited<ReturnType<typeof begin>>["bench"];

async function settleDown(bench: Bench): Promise<void> {
	for (let time = 0; time < 5; time += 1) {
		await bench.drain.once();
		bench.clock.advance(4 * MINUTE);
		await bench.poll.round({ all: true });
	}
	await bench.drain.once();
}

/** How a job and its target stand in the end; how it was learnt, and when, may differ. */
function endOf({ airtable }: Bench, player: Player) {
	const job = airtable.get("Jobs", player.id);
	const { table, attachment } = operationByName(player.operation);
	const target = airtable.get(table, player.targetId);
	const held = (target[attachment] ?? []) as { filename: string }[];
	const payload = JSON.parse(String(job["Response Payload"] ?? "{}"));
	return {
		status: job.Status,
		details: job["Error Details"],
		outcome: payload.outcome,
		run: payload.nca_job_id,
		urls: payload.output_urls,
		target: { status: target.Status, files: held.map((one) => one.filename) },
	};
}

function wanted(
	truth: Truth,
	{ spaces }: Bench,
	player: Player,
	wasInferred: boolean,
) {
	const { completed, failed, table } = operationByName(player.operation);
	const untouched = table === "Segments" ? "Combining Media" : undefined;
	const filled = {
		status: completed ?? untouched,
		files: [player.file],
	};
	const run = player.ncaJobId;
	if (truth === "completed") {
		const url = `${spaces.base}/${player.file}`;
		const urls = [url];
		const outcome = { status: truth, details: undefined, outcome: truth };
		return { ...outcome, run, urls, target: filled };
	}
	const empty = { status: failed ?? untouched, files: [] };
	return {
		status: truth,
		details: REASON,
		outcome: truth,
		run,
		urls: [],
		// What polling had attached before NCA spoke is left where it is.
		target: wasInferred ? filled : empty,
	};
}

test.each(["completed", "failed"] as const)(
	"in whatever order, how often and in what batches it is learnt that a job has %s, Airtable ends the same",
	async (truth) => {
		await fc.assert(
			fc.asyncProperty(plays, async (play) => {
				const { bench, players } = await begin(truth, play);
				for (const step of programOf(play))
					await take(bench, truth, players, step);
				await settleDown(bench);

				for (const player of players) {
					const inferred = bench
						.said("job settled")
						.some(
							(line) =>
								line.job_id === player.id &&
								line.via === "polling" &&
								line.outcome === "completed",
						);
					expect(endOf(bench, player)).toEqual(
						wanted(truth, bench, player, inferred),
					);
				}
				const written = writes(bench);
				await settleDown(bench);
				expect(writes(bench)).toBe(written);
			}),
			{ numRuns: 40, seed: 20261123, interruptAfterTimeLimit: 50_000 },
		);
	},
);
