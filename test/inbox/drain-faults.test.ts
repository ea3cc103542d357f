import { expect, test } from "vitest";
import { MINUTE } from "../set-up.ts";
import { entry, idsOf, putAll } from "./entries.ts";
import { done, outage, setUpDrain } from "./set-up-drain.ts";

const SECOND = 1000;
const fail = () => {
	throw outage();
};
const fault = () => ({ kind: "fault", error: outage() }) as const;

test.each([
	["is thrown", fail],
	["is said of each", fault],
])("a fault that %s pauses the drain and ends nothing", async (_, how) => {
	const { inbox, drain, clock, batches, stateOf } = await setUpDrain(how);
	await putAll(inbox, entry("d1"), entry("d2"));
	const ended = await drain.once();
	await inbox.put(entry("d3"));

	drain.wake();
	clock.advance(5 * SECOND - 1);
	await drain.once();

	expect(ended).toBe(0);
	expect(batches).toEqual([["d1", "d2"]]);
	expect(await inbox.get("d1")).toMatchObject({
		state: "retry",
		reason: "Airtable GET /Jobs: 503",
	});
	expect(await stateOf("d3")).toBe("accepted");
});

test("after the pause everything is tried again", async () => {
	const { inbox, drain, clock, script } = await setUpDrain(fail);
	await putAll(inbox, entry("d1"), entry("d2"));
	await drain.once();
	await inbox.put(entry("d3"));
	script(() => done);

	clock.advance(5 * SECOND);
	const ended = await drain.once();

	expect(ended).toBe(3);
	const done3 = await inbox.list({ state: "done", limit: 10 });
	expect(idsOf(done3)).toEqual(["d3", "d2", "d1"]);
});

test("after a pause one goes first, and the others follow where it passes", async () => {
	const { inbox, drain, clock, batches, script } = await setUpDrain(fail);
	await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
	await drain.once();

	clock.advance(5 * SECOND);
	await drain.once();
	script(() => done);
	clock.advance(10 * SECOND);
	await drain.once();

	expect(batches.map(({ length }) => length)).toEqual([3, 1, 1, 2]);
	expect(await inbox.list({ state: "done", limit: 10 })).toHaveLength(3);
});

test("an outage costs nobody's patience", async () => {
	const { inbox, drain, clock, script, stateOf } = await setUpDrain(fail);
	await inbox.put(entry("d1"));
	await drain.once();
	const patienceMs = 5 * MINUTE;
	script(() => ({ kind: "wait", why: "", patienceMs, park: "unproven" }));

	clock.advance(60 * MINUTE);
	await drain.once();
	const after = await stateOf("d1");
	clock.advance(5 * MINUTE);
	await drain.once();

	expect(after).toBe("retry");
	expect(await stateOf("d1")).toBe("parked");
});

test("a clock that is set back does not lengthen the pause", async () => {
	const { inbox, drain, clock, script, stateOf } = await setUpDrain(fail);
	await inbox.put(entry("d1"));
	await drain.once();
	script(() => done);

	clock.advance(-24 * 60 * MINUTE);
	await drain.once();

	expect(await stateOf("d1")).toBe("done");
});

test("a fault of some is no obstacle to what was done of the others", async () => {
	const { inbox, drain, stateOf } = await setUpDrain(({ id }) =>
		id === "d1" ? fault() : done,
	);
	await putAll(inbox, entry("d1"), entry("d2"));

	const ended = await drain.once();

	expect(ended).toBe(1);
	expect(await stateOf("d1")).toBe("retry");
	expect(await stateOf("d2")).toBe("done");
});

test("the pauses grow to a minute, and begin anew after a recovery", async () => {
	const { inbox, drain, clock, script } = await setUpDrain(fail);
	await inbox.put(entry("d1"));
	const pauses: number[] = [];
	const pause = async () => {
		await drain.once();
		const ms = ((await inbox.get("d1"))?.dueAt ?? 0) - clock.now();
		pauses.push(ms / SECOND);
		clock.advance(ms);
	};

	for (let nth = 0; nth < 6; nth += 1) await pause();
	script(() => ({ kind: "wait", why: "", patienceMs: MINUTE * 60, park: "" }));
	await pause();
	script(fail);
	await pause();

	expect(pauses).toEqual([5, 10, 20, 40, 60, 60, 5, 5]);
});

test("an outage is told once when it begins and once when it ends", async () => {
	const { inbox, drain, clock, said, script } = await setUpDrain(fail);
	await inbox.put(entry("d1"));

	for (let nth = 0; nth < 5; nth += 1) {
		await drain.once();
		clock.advance(2 * MINUTE);
	}
	script(() => done);
	await drain.once();
	await inbox.put(entry("d2"));
	await drain.once();

	expect(said("drain paused")).toMatchObject([
		{ level: "error", fault: "SERVER", status: 503 },
	]);
	expect(said("drain resumed")).toMatchObject([{ faults: 5 }]);
});

test("however long an outage lasts, it buries and parks nothing", async () => {
	const { inbox, drain, clock, stateOf } = await setUpDrain(fail);
	await inbox.put(entry("d1"));

	for (let hour = 0; hour < 48; hour += 1) {
		await drain.once();
		clock.advance(60 * MINUTE);
	}

	expect(await stateOf("d1")).toBe("retry");
});

test("a poisonous delivery is buried alone, and its batch is settled", async () => {
	const { inbox, drain, said } = await setUpDrain(({ id }) => {
		if (id === "d2") throw new TypeError("cannot read it");
		return done;
	});
	await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));

	const ended = await drain.once();

	expect(ended).toBe(3);
	expect(await inbox.get("d2")).toMatchObject({
		state: "buried",
		reason: expect.stringContaining("cannot read it"),
	});
	expect(await inbox.list({ state: "done", limit: 10 })).toHaveLength(2);
	expect(said("delivery could not be settled")).toMatchObject([
		{ level: "error", delivery_id: "d2", fault: "TypeError" },
	]);
	expect(said("drain paused")).toEqual([]);
});

test("a fault met while the poison is looked for buries none but the poison", async () => {
	const { inbox, drain, clock, script, stateOf } = await setUpDrain(
		({ id }) => {
			if (id === "d1") throw new TypeError("cannot read it");
			throw outage();
		},
	);
	await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));

	await drain.once();
	const during = [await stateOf("d1"), await stateOf("d2")];
	script(() => done);
	clock.advance(5 * SECOND);
	await drain.once();

	expect(during).toEqual(["buried", "retry"]);
	expect(await stateOf("d2")).toBe("done");
	expect(await stateOf("d3")).toBe("done");
});

test("one that always meets a fault keeps the others back for moments only, and is tried each minute", async () => {
	const poison = ({ id }: { id: string }) => id === "d1";
	const { inbox, drain, clock, batches, stateOf } = await setUpDrain((one) =>
		poison(one) ? fault() : done,
	);
	const ids = ["d1", "d2", "d3", "d4"];
	await putAll(inbox, ...ids.map((id) => entry(id)));

	for (let second = 0; second < 600; second += 1) {
		await drain.once();
		clock.advance(SECOND);
	}

	expect(await Promise.all(ids.map(stateOf))).toEqual([
		"retry",
		"done",
		"done",
		"done",
	]);
	expect(batches.length).toBeGreaterThan(10);
	expect(batches.length).toBeLessThan(40);
});

test("an outage neither uses up a delivery's patience nor gives it back", async () => {
	const wait = {
		kind: "wait",
		why: "no record yet",
		park: "no record",
		patienceMs: 24 * 60 * MINUTE,
	} as const;
	const { inbox, drain, clock, script, stateOf } = await setUpDrain(() => wait);
	await inbox.put(entry("d1"));
	const pass = async (minutes: number) => {
		for (let minute = 0; minute < minutes; minute += 1) {
			await drain.once();
			clock.advance(MINUTE);
		}
	};

	await pass(20 * 60);
	script(fail);
	await pass(10 * 60);
	script(() => wait);
	await pass(3 * 60);
	const before = await stateOf("d1");
	await pass(2 * 60);

	expect([before, await stateOf("d1")]).toEqual(["retry", "parked"]);
});
