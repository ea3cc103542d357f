import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { goOn, makeDone, makeJobs } from "../poll/rounds.ts";
import { HOUR, MINUTE, type SetUp, setUp, setUpWithNca } from "../set-up.ts";
import { changesOf, figuresOf } from "./figures-of.ts";

const NONE = {
	checked: 0,
	recovered: 0,
	failed: 0,
	waiting: 0,
	errors: 0,
	foreign: 0,
};

const asTime = (ms: number) => new Date(ms).toISOString();

const polling = (bench: SetUp, act: () => PromiseLike<unknown>) =>
	changesOf(bench, "polling", act);

describe("the last round", () => {
	test("is told with what it did, and when the next begins", async () => {
		const bench = await setUp();
		makeDone(bench);
		makeJob(bench, "combine");
		makeJob(bench, "combine", { "Webhook URL": "https://other.example/x" });

		const changes = await polling(bench, () => bench.poll.round());

		expect(changes).toEqual({
			last_round: {
				...NONE,
				at: "2026-11-23T12:00:00.000Z",
				checked: 2,
				recovered: 1,
				waiting: 1,
				foreign: 1,
			},
			next_round: "2026-11-23T12:02:00.000Z",
		});
	});

	test("is told also where it found nothing", async () => {
		const bench = await setUp({ POLLING_INTERVAL_MINUTES: "30" });
		makeDone(bench);
		await bench.poll.round();
		await bench.drain.once();
		bench.clock.advance(30 * MINUTE);
		const began = bench.clock.now();

		const changes = await polling(bench, () => bench.poll.round());

		expect(changes).toEqual({
			last_round: { ...NONE, at: asTime(began) },
			next_round: asTime(began + 30 * MINUTE),
		});
		expect((await bench.ledger.tallies()).get("round")).toBe(2);
	});

	test("is none that was dry, nor a look at one job", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const changes = await polling(bench, async () => {
			await bench.poll.round({ dryRun: true });
			await bench.poll.check(job.id);
		});

		expect(changes).toEqual({});
		expect((await bench.ledger.tallies()).get("round")).toBeUndefined();
	});

	test("is not one that could not read its jobs; when it began still says when the next is due", async () => {
		const bench = await setUp();
		bench.airtable.fault((_req, res) => res.status(503).send());

		const changes = await polling(bench, () =>
			bench.poll.round().catch(() => {}),
		);

		expect(Object.keys(changes)).toEqual(["next_round"]);
		expect((await bench.ledger.tallies()).get("round")).toBeUndefined();
	});
});

test("without polling there is no next round, and one by hand is told all the same", async () => {
	const bench = await setUp({ ENABLE_JOB_POLLING: "false" });
	const before = await figuresOf(bench);

	await bench.poll.round();

	const after = await figuresOf(bench);
	expect(before.polling).toEqual({
		enabled: false,
		last_round: null,
		next_round: null,
	});
	expect(after.polling).toMatchObject({
		enabled: false,
		last_round: NONE,
		next_round: null,
	});
});

describe("how many time-outs are held is noted", () => {
	const held = ({ ledger }: SetUp) => ledger.fact("round_held");

	/** More than ten jobs that are old enough to be given up. */
	async function setUpHeld() {
		const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
		makeDone(bench);
		const jobs = makeJobs(bench, 12);
		await bench.poll.round();
		await bench.drain.once();
		const before = await held(bench);
		bench.clock.advance(2 * HOUR);
		await bench.poll.round();
		return { bench, jobs, before };
	}

	test("when they are too many", async () => {
		const { bench, before } = await setUpHeld();

		expect([before, await held(bench)]).toEqual([0, 12]);
	});

	test("and stays while a round looks at none of them, or is dry", async () => {
		const { bench } = await setUpHeld();
		bench.clock.advance(2 * MINUTE);

		await bench.poll.round();
		await bench.poll.round({ dryRun: true, giveUp: true, all: true });

		expect(await held(bench)).toBe(12);
	});

	test("as none while NCA says of all that they are queued, also by a round that looks at none", async () => {
		const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
		makeDone(bench);
		for (const { ncaJobId } of makeJobs(bench, 12))
			bench.nca.say(ncaJobId, "queued");
		await goOn(bench, 2 * HOUR + 15 * MINUTE);
		bench.clock.advance(2 * MINUTE - 15 * MINUTE);

		await bench.poll.round();

		expect(await held(bench)).toBe(0);
	});

	test("as none when the operator's word has failed them", async () => {
		const { bench } = await setUpHeld();

		await bench.poll.round({ all: true, giveUp: true });

		expect(await held(bench)).toBe(0);
	});

	test("as none when they have ended otherwise", async () => {
		const { bench, jobs } = await setUpHeld();
		for (const { id } of jobs)
			bench.airtable.set("Jobs", id, { Status: "completed" });
		bench.clock.advance(2 * MINUTE);

		await bench.poll.round();

		expect(await held(bench)).toBe(0);
	});
});
