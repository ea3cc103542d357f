import { expect, test } from "vitest";
import { createTally } from "../../src/sandbox/load-tally.ts";
import { createClock } from "../set-up.ts";

const NCA_ID = "11111111-2222-4333-8444-555555555555";

function setUp() {
	const clock = createClock(0);
	return { clock, tally: createTally(10, clock.now) };
}

const settled = (job_id: string, via: string) => ({
	msg: "job settled",
	job_id,
	via,
});

test("each closed job is counted once, by how it was learnt of", () => {
	const { tally } = setUp();

	tally.heard(settled("rec1", "webhook"));
	tally.heard(settled("rec1", "polling"));
	tally.heard(settled("rec2", "polling"));
	tally.heard(settled("rec3", "nca_status"));
	tally.heard({ msg: "poll round ended", job_id: "rec4" });

	expect(tally.figures()).toMatchObject({
		closed: 3,
		webhook: 1,
		polling: 1,
		ncaStatus: 1,
	});
});

test("the rate is that of the last five seconds", () => {
	const { clock, tally } = setUp();
	tally.heard(settled("rec1", "webhook"));
	tally.heard(settled("rec2", "webhook"));

	clock.advance(1_000);
	expect(tally.figures().perSecond).toBe(0);

	clock.advance(9_000);
	for (const id of ["rec3", "rec4", "rec5"])
		tally.heard(settled(id, "webhook"));
	expect(tally.figures().perSecond).toBe(0.6);
});

test("the time before the first job does not count", () => {
	const { clock, tally } = setUp();
	clock.advance(3_000);
	tally.begins();

	clock.advance(500);

	expect(tally.figures().elapsedMs).toBe(500);
});

test("the slowest is measured from its file to its close, also where the file is there first", () => {
	const { clock, tally } = setUp();
	expect(tally.figures().slowestMs).toBeNull();

	tally.file(`${NCA_ID}_output_0.mp4`);
	clock.advance(700);
	tally.made({ id: "rec1", ncaJobId: NCA_ID });
	tally.heard(settled("rec1", "webhook"));
	clock.advance(5_000);

	expect(tally.figures().slowestMs).toBe(700);
});

test("how long NCA waits for answers is half of them and the slowest", () => {
	const { tally } = setUp();
	expect(tally.figures().answers).toBeNull();

	for (const ms of [9, 1, 2, 30, 3])
		tally.heard({ msg: "webhook received", ms });

	expect(tally.figures().answers).toEqual({ half: 3, slowest: 30 });
});

test("what the program calls an error is kept, and how often", () => {
	const { tally } = setUp();

	tally.heard({ msg: "drain paused", level: "error", why: "429" });
	tally.heard({ msg: "drain paused", level: "error", why: "429" });
	tally.heard({ msg: "slow", level: "warn" });

	expect([...tally.complaints()]).toEqual([["drain paused: 429", 2]]);
});
