import { describe, expect, test } from "vitest";
import type { Settled } from "../../src/job.ts";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { deliveryId, entry, idsOf, putAll } from "./entries.ts";
import { JOB, RUN, TARGET, THE_RUN } from "./seen.ts";
import { done, outage, setUpDrain } from "./set-up-drain.ts";

const SECOND = 1000;

/** A close whose file is to be read back. */
const closing = {
	kind: "done",
	verdict: "completed",
	closed: THE_RUN,
	readBack: {
		...THE_RUN,
		operation: "combine",
		targetId: TARGET,
		dueAt: START + 15 * SECOND,
	},
} satisfies Settled;
const unmatched = { kind: "unmatched", patienceMs: 24 * HOUR } as const;

describe("what is to be read back", () => {
	test("is due at its time, as an errand of our own", async () => {
		const { inbox, drain, clock, batches, script } = await setUpDrain(
			() => closing,
		);
		await inbox.put(entry("d1"));
		await drain.once();
		let errand: unknown;
		script((delivery) => {
			errand = delivery;
			return done;
		});

		clock.advance(15 * SECOND - 1);
		await drain.once();
		const early = batches.length;
		clock.advance(1);
		await drain.once();

		expect(early).toBe(1);
		expect(errand).toMatchObject({
			task: "read_back",
			via: "polling",
			proof: "own",
			query: `job_id=${JOB}&operation=combine&target_id=${TARGET}`,
			receivedAt: START,
		});
		const { body } = errand as { body: Buffer };
		expect(JSON.parse(String(body))).toEqual({ id: JOB, job_id: RUN });
	});

	test("waits but once for a run", async () => {
		const { inbox, drain, clock, batches, script } = await setUpDrain(
			() => closing,
		);
		await putAll(inbox, entry("d1"), entry("d2"));
		await drain.once();
		script(() => done);

		clock.advance(15 * SECOND);
		await drain.once();

		expect(batches.map(({ length }) => length)).toEqual([2, 1]);
	});

	test("of a run whose record bears no id says so", async () => {
		const run = { jobId: JOB, ncaJobId: null };
		const { inbox, drain, clock, script } = await setUpDrain(() => ({
			...closing,
			closed: run,
			readBack: { ...closing.readBack, ...run, dueAt: START + SECOND },
		}));
		await inbox.put(entry("d1"));
		await drain.once();
		const errands: unknown[] = [];
		script(({ task, body }) => {
			errands.push([task, JSON.parse(String(body))]);
			return done;
		});

		clock.advance(SECOND);
		await drain.once();

		expect(errands).toEqual([["read_back", { id: JOB, job_id: null }]]);
	});
});

test("what was parked of a run that is closed is settled again", async () => {
	const { inbox, drain, script, batches, stateOf } = await setUpDrain(
		({ id }) => (id === "d1" ? { kind: "park", reason: "unproven" } : done),
	);
	await putAll(
		inbox,
		entry("d1", { jobId: JOB }),
		entry("d2", { state: "parked", reason: "no file", ncaJobId: RUN }),
		entry("d3", { state: "parked", reason: "no file" }),
	);
	await drain.once();
	await inbox.put(entry("d4"));
	script(({ id }) =>
		id === "d4"
			? { kind: "done", verdict: "completed", closed: THE_RUN }
			: done,
	);

	await drain.once();

	expect(batches).toEqual([["d1"], ["d4"], ["d1", "d2"]]);
	expect(await stateOf("d3")).toBe("parked");
});

/** One delivery whose record was not there, twice; a later look has found it. */
async function foundLater() {
	const bench = await setUpDrain(() => unmatched);
	const { inbox, drain, clock } = bench;
	await inbox.put(entry("d1"));
	await drain.once();
	clock.advance(10 * SECOND);
	await drain.once();
	const d1 = [deliveryId("d1")];
	await inbox.lookedFor(d1, d1, clock.now());
	return bench;
}

describe("a delivery whose record is not there", () => {
	test("is looked for once more, soon, and then no more by itself", async () => {
		const { inbox, drain, clock, batches } = await setUpDrain(() => unmatched);
		await inbox.put(entry("d1"));
		await drain.once();
		expect(await inbox.get("d1")).toMatchObject({
			state: "retry",
			reason: "no record yet",
			dueAt: START + 10 * SECOND,
		});

		clock.advance(10 * SECOND);
		await drain.once();
		clock.advance(23 * HOUR);
		await drain.once();

		expect(batches).toEqual([["d1"], ["d1"]]);
		expect(await inbox.nextDue()).toBeNull();
		expect(await inbox.unmatched(9)).toMatchObject([
			{ id: "d1", since: START },
		]);
	});

	test("is settled when it is found", async () => {
		const { drain, script, stateOf } = await foundLater();

		script(() => done);
		await drain.once();

		expect(await stateOf("d1")).toBe("done");
	});

	test("that was found, and is not there all the same, is looked for again", async () => {
		const { inbox, drain } = await foundLater();

		await drain.once();

		expect(idsOf(await inbox.unmatched(9))).toEqual(["d1"]);
		expect(await inbox.nextDue()).toBeNull();
	});

	test.each([
		[24 * HOUR - 1, "retry"],
		[24 * HOUR, "parked"],
	])("after %i ms is %s", async (waited, state) => {
		const { drain, clock, stateOf } = await foundLater();

		clock.advance(waited - 10 * SECOND);
		await drain.once();

		expect(await stateOf("d1")).toBe(state);
	});

	test("loses no patience while Airtable cannot say whether it is there", async () => {
		const { inbox, drain, clock, script, stateOf } = await setUpDrain(() => ({
			...unmatched,
			patienceMs: HOUR,
		}));
		await inbox.put(entry("d1"));
		await drain.once();
		script(() => {
			throw outage();
		});
		for (let minute = 0; minute < 90; minute += 1) {
			clock.advance(MINUTE);
			await drain.once();
		}

		script(() => ({ ...unmatched, patienceMs: HOUR }));
		clock.advance(2 * MINUTE);
		await drain.once();

		expect(await stateOf("d1")).toBe("retry");
	});
});

test.each([
	[0, 15 * SECOND],
	[2 * MINUTE, 15 * SECOND],
	[6 * MINUTE, MINUTE],
])(
	"what is not to be asked for sooner is not (waited %i ms): again after %i ms",
	async (waited, again) => {
		const { inbox, drain, clock } = await setUpDrain(() => ({
			kind: "wait",
			why: "not fetched yet",
			park: "not fetched",
			patienceMs: HOUR,
			leastMs: 15 * SECOND,
		}));
		await inbox.put(entry("d1"));
		await drain.once();

		clock.advance(waited);
		await drain.once();

		const recorded = await inbox.get("d1");
		expect((recorded?.dueAt ?? 0) - clock.now()).toBe(again);
	},
);
