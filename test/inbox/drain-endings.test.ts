import { expect, test } from "vitest";
import type { Settled } from "../../src/job.ts";
import { MINUTE, START } from "../set-up.ts";
import { entry, putAll } from "./entries.ts";
import { done, setUpDrain } from "./set-up-drain.ts";

const SECOND = 1000;
const waiting: Settled = {
	kind: "wait",
	why: "no record yet",
	patienceMs: 10 * MINUTE,
	park: "no record",
};

test.each<[Settled, object]>([
	[done, { state: "done", reason: "completed" }],
	[{ kind: "stale" }, { state: "stale", reason: null }],
	[
		{ kind: "park", reason: "foreign job" },
		{ state: "parked", reason: "foreign job" },
	],
])("what was settled ends so: %j", async (settled, seen) => {
	const { inbox, drain } = await setUpDrain(() => settled);
	await inbox.put(entry("d1"));

	const ended = await drain.once();

	expect(ended).toBe(1);
	expect(await inbox.get("d1")).toMatchObject(seen);
});

test("deliveries of one batch end each in its own way", async () => {
	const { inbox, drain, script, stateOf } = await setUpDrain();
	await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
	script(({ id }) =>
		id === "d1" ? done : id === "d2" ? { kind: "stale" } : waiting,
	);

	const ended = await drain.once();

	expect(ended).toBe(2);
	expect(await stateOf("d1")).toBe("done");
	expect(await stateOf("d2")).toBe("stale");
	expect(await stateOf("d3")).toBe("retry");
});

test("all that is due is settled, the oldest first, in batches of at most a hundred", async () => {
	const { inbox, drain, batches } = await setUpDrain();
	const ids = Array.from({ length: 250 }, (_, nth) => `d${1000 + nth}`);
	await putAll(inbox, ...ids.map((id) => entry(id)));

	const ended = await drain.once();

	expect(ended).toBe(250);
	expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
	expect(batches.flat()).toEqual(ids);
});

test("what ended is not settled again", async () => {
	const { inbox, drain, batches } = await setUpDrain();
	await inbox.put(entry("d1"));
	await drain.once();

	const ended = await drain.once();

	expect(ended).toBe(0);
	expect(batches).toEqual([["d1"]]);
});

test("what waits is looked at again, ever less often", async () => {
	const { inbox, drain, clock } = await setUpDrain(() => waiting);
	await inbox.put(entry("d1"));
	const delays: number[] = [];

	for (const waited of [0, 2 * MINUTE, 6 * MINUTE]) {
		clock.advance(START + waited - clock.now());
		await drain.once();
		const recorded = await inbox.get("d1");
		expect(recorded).toMatchObject({ state: "retry", reason: "no record yet" });
		delays.push((recorded?.dueAt ?? 0) - clock.now());
	}

	expect(delays).toEqual([5 * SECOND, 15 * SECOND, MINUTE]);
});

test("what waits is not looked at before its time", async () => {
	const { inbox, drain, clock, batches } = await setUpDrain(() => waiting);
	await inbox.put(entry("d1"));
	await drain.once();

	clock.advance(5 * SECOND - 1);
	await drain.once();
	const before = batches.length;
	clock.advance(1);
	await drain.once();

	expect(before).toBe(1);
	expect(batches).toHaveLength(2);
});

test("what has waited longer than its patience is parked, under its word", async () => {
	const { inbox, drain, clock, stateOf } = await setUpDrain(() => waiting);
	await inbox.put(entry("d1"));
	await drain.once();

	clock.advance(10 * MINUTE - 1);
	await drain.once();
	const before = await stateOf("d1");
	clock.advance(2 * MINUTE);
	await drain.once();

	expect(before).toBe("retry");
	expect(await inbox.get("d1")).toMatchObject({
		state: "parked",
		reason: "no record",
		dueAt: null,
	});
});

test("patience begins with the first look, not with the request", async () => {
	const { inbox, drain, stateOf } = await setUpDrain(() => waiting);
	await inbox.put(entry("d1", { receivedAt: START - 60 * MINUTE }));

	await drain.once();

	expect(await stateOf("d1")).toBe("retry");
});

test("what waits without end is never parked", async () => {
	const { inbox, drain, clock, stateOf } = await setUpDrain(() => ({
		...waiting,
		patienceMs: Number.POSITIVE_INFINITY,
	}));
	await inbox.put(entry("d1"));
	await drain.once();

	clock.advance(1000 * 24 * 60 * MINUTE);
	await drain.once();

	expect(await stateOf("d1")).toBe("retry");
});

test("a clock that is set back keeps nothing waiting longer", async () => {
	const { inbox, drain, clock } = await setUpDrain(() => waiting);
	await inbox.put(entry("d1"));
	await drain.once();

	clock.advance(-60 * MINUTE);
	await drain.once();

	expect(await inbox.get("d1")).toMatchObject({
		state: "retry",
		dueAt: clock.now() + 5 * SECOND,
	});
});

test("what settling left out is buried, not lost", async () => {
	const { inbox, drain } = await setUpDrain(({ id }) =>
		id === "d1" ? null : done,
	);
	await putAll(inbox, entry("d1"), entry("d2"));

	await drain.once();

	expect(await inbox.get("d1")).toMatchObject({
		state: "buried",
		reason: "settle gave no ending",
	});
	expect(await inbox.get("d2")).toMatchObject({ state: "done" });
});

test("a wait without an end is looked at less and less often", async () => {
	const endless = {
		kind: "wait",
		why: "refused",
		park: "refused",
		patienceMs: Number.POSITIVE_INFINITY,
	} as const;
	const { inbox, drain, clock, batches } = await setUpDrain(() => endless);
	await inbox.put(entry("d1"));

	for (let minute = 0; minute < 24 * 60; minute += 1) {
		await drain.once();
		clock.advance(MINUTE);
	}

	expect(batches.length).toBeLessThan(60 + 23 * 6 + 1);
	expect(batches.length).toBeGreaterThan(23 * 5);
});

test("patience for one thing is not used up by waiting for another", async () => {
	const record = {
		kind: "wait",
		why: "no record yet",
		park: "no record",
		patienceMs: 24 * 60 * MINUTE,
	} as const;
	const proof = {
		kind: "wait",
		why: "not there",
		park: "unproven",
		patienceMs: 5 * MINUTE,
	} as const;
	const { inbox, drain, clock, script, stateOf } = await setUpDrain(
		() => record,
	);
	await inbox.put(entry("d1"));
	await drain.once();
	clock.advance(60 * MINUTE);
	await drain.once();

	script(() => proof);
	clock.advance(10 * MINUTE);
	await drain.once();
	expect(await stateOf("d1")).toBe("retry");
	clock.advance(6 * MINUTE);
	await drain.once();

	expect(await stateOf("d1")).toBe("parked");
});
