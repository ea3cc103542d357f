import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/airtable.ts";
import { makeJob, succeed } from "../../jobs.ts";
import { goOn, makeJobs } from "../../poll/rounds.ts";
import { HOUR, MINUTE, setUp, setUpWithNca } from "../../set-up.ts";
import { setUpMailed } from "./program.ts";

const BOTH = ["opened", "resolved"];
const saying =
	(status: number, type: string): Fault =>
	(_req, res) =>
		void res.status(status).json({ error: { type, message: type } });

/** The titles that were opened and resolved, out of the log. */
function changes({ said }: Pick<Awaited<ReturnType<typeof setUp>>, "said">) {
	return {
		opened: said("alert opened").map(({ alert }) => alert),
		resolved: said("alert resolved").map(({ alert }) => alert),
	};
}

test("a token that Airtable refuses is told of at once, until it takes it", async () => {
	const bench = await setUpMailed();
	bench.airtable.fault(saying(401, "AUTHENTICATION_REQUIRED"));
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	const opened = await bench.mailed("airtable refusing");

	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(opened).toEqual(["opened"]);
	expect(await bench.mailed("airtable refusing")).toEqual(BOTH);
});

test("an Airtable that is down is told of when it has been for ten minutes", async () => {
	const bench = await setUpMailed();
	bench.airtable.fault(saying(503, "DOWN"));
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	const early = await bench.mailed("airtable refusing");

	bench.clock.advance(11 * MINUTE);
	await bench.drain.once();

	expect(early).toEqual([]);
	expect(await bench.mailed("airtable refusing")).toEqual(["opened"]);
});

test("the month's quota is told of at four fifths, until the month is over", async () => {
	const bench = await setUpMailed({ AIRTABLE_MONTHLY_CALLS: "1000" });
	const calls = async (count: number) =>
		bench.ledger.tally(
			new Map([["airtable calls 2026-11", count]]),
			bench.clock.now(),
		);
	await calls(799);
	const before = await bench.mailed("airtable quota");
	await calls(1);
	const opened = await bench.mailed("airtable quota");

	bench.clock.advance(8 * 24 * HOUR);

	expect([before, opened]).toEqual([[], ["opened"]]);
	expect(await bench.mailed("airtable quota")).toEqual(BOTH);
});

test("time-outs that a round holds are told of, until a round holds none", async () => {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "concatenate"));
	await bench.drain.once();
	makeJobs(bench, 11);
	await goOn(bench, 25 * HOUR);
	await bench.alerts.look();
	const during = changes(bench);

	await bench.poll.round({ all: true, giveUp: true });
	await bench.drain.once();
	await bench.poll.round({ all: true });
	await bench.alerts.look();

	expect(during.opened).toContain("timeouts_held");
	expect(changes(bench).resolved).toContain("timeouts_held");
});

test("an NCA that hangs is told of, until a job has finished there", async () => {
	const bench = await setUpWithNca();
	const [job] = makeJobs(bench, 1, 2 * HOUR);
	bench.nca.say(job?.ncaJobId ?? "", "running");
	await goOn(bench, HOUR + 15 * MINUTE);
	await bench.alerts.look();
	const during = changes(bench);

	if (job) await succeed(bench, job);
	await bench.drain.once();
	await bench.alerts.look();

	expect(during.opened).toContain("nca_hung");
	expect(changes(bench).resolved).toContain("nca_hung");
});

test("a poller that is silent for three intervals is told of, until a round ends", async () => {
	const bench = await setUp();
	await bench.poll.round();
	bench.clock.advance(6 * MINUTE);
	await bench.alerts.look();
	const early = changes(bench);
	bench.clock.advance(MINUTE);
	await bench.alerts.look();
	const late = changes(bench);

	await bench.poll.round();
	await bench.alerts.look();

	expect([early.opened, late.opened]).toEqual([[], ["poller_silent"]]);
	expect(changes(bench).resolved).toEqual(["poller_silent"]);
});

test("a round that the quota put off for hours is not late when a new month begins", async () => {
	const bench = await setUp({ AIRTABLE_MONTHLY_CALLS: "1000" });
	await bench.poll.round();
	await bench.ledger.tally(
		new Map([["airtable calls 2026-11", 999]]),
		bench.clock.now(),
	);
	await bench.alerts.look();

	bench.clock.advance(8 * 24 * HOUR);
	await bench.alerts.look();

	expect(changes(bench).opened).toEqual(["airtable_quota"]);
});
