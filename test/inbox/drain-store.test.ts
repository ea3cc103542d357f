import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { entry, putAll } from "./entries.ts";
import { done, outage, setUpDrain } from "./set-up-drain.ts";

/** Its next call fails as a full disk does. */
function failOnce<Args extends unknown[], Result>(
	method: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
	let failed = false;
	return async (...args) => {
		if (failed) return method(...args);
		failed = true;
		throw outage();
	};
}

test("an ending that the store did not take is paid later, and nothing is settled twice", async () => {
	const { inbox, drain, batches, stateOf } = await setUpDrain();
	await putAll(inbox, entry("d1"), entry("d2"));
	inbox.end = failOnce(inbox.end);

	await expect(drain.once()).rejects.toThrow();
	const during = await stateOf("d1");
	await inbox.put(entry("d3"));
	await drain.once();

	expect(during).toBe("processing");
	expect(batches).toEqual([["d1", "d2"], ["d3"]]);
	for (const id of ["d1", "d2", "d3"]) expect(await stateOf(id)).toBe("done");
});

test("while an ending is owed nothing new is claimed", async () => {
	const { inbox, drain, batches } = await setUpDrain();
	await inbox.put(entry("d1"));
	inbox.end = async () => {
		throw outage();
	};

	await expect(drain.once()).rejects.toThrow();
	await inbox.put(entry("d2"));
	await expect(drain.once()).rejects.toThrow();

	expect(batches).toEqual([["d1"]]);
	expect(await inbox.get("d2")).toMatchObject({ state: "accepted" });
});

test("an ending that was taken, though the store said otherwise, holds nothing up", async () => {
	const { inbox, drain, said, stateOf } = await setUpDrain();
	await inbox.put(entry("d1"));
	const end = inbox.end;
	inbox.end = async (endings) => {
		await end(endings);
		inbox.end = end;
		throw outage();
	};

	await expect(drain.once()).rejects.toThrow();
	await inbox.put(entry("d2"));
	await drain.once();

	expect(await stateOf("d1")).toBe("done");
	expect(await stateOf("d2")).toBe("done");
	expect(said("drain ended what was not claimed")).toMatchObject([
		{ level: "error", delivery_ids: ["d1"] },
	]);
});

test("a store that fails for a moment stops the loop for no longer", async () => {
	const { inbox, drain, nextBatch, said, stateOf } = await setUpDrain();
	await inbox.put(entry("d1"));
	const failing = failOnce(inbox.claim);
	inbox.claim = (...args) => {
		// Somebody rings while it fails.
		queueMicrotask(drain.wake);
		return failing(...args);
	};
	const settled = nextBatch();

	drain.start();
	await settled;
	await drain.stop();

	expect(said("drain failed")).toMatchObject([{ level: "error" }]);
	expect(await stateOf("d1")).toBe("done");
});

test("a store that takes nothing leaves others their turn, whoever rang", async () => {
	const { inbox, drain, script, said } = await setUpDrain();
	await inbox.put(entry("d1"));
	script(() => {
		// As many as are waited for by nobody any more.
		for (let nth = 0; nth < 100; nth += 1) drain.wake();
		return done;
	});
	let tries = 0;
	inbox.end = async () => {
		tries += 1;
		// Else a loop that goes round for ever would never be seen to.
		if (tries > 10) void drain.stop();
		throw outage();
	};

	drain.start();
	await setImmediate();
	await drain.stop();

	expect(said("drain failed").length).toBeLessThanOrEqual(2);
});

test("an outage leaves others their turn, whoever rang before it was met", async () => {
	const { inbox, drain, script } = await setUpDrain();
	await inbox.put(entry("d1"));
	script(() => {
		for (let nth = 0; nth < 100; nth += 1) drain.wake();
		throw outage();
	});
	const { nextDue } = inbox;
	let asked = 0;
	inbox.nextDue = async () => {
		asked += 1;
		// Else a loop that goes round for ever would never be seen to.
		if (asked > 10) void drain.stop();
		return nextDue();
	};

	drain.start();
	await setImmediate();
	await drain.stop();

	expect(asked).toBeLessThanOrEqual(2);
});

// The loop would wake by itself after 30 s.
test("a loop that sleeps is woken by what is new", {
	timeout: 20_000,
}, async () => {
	const { inbox, drain, batches, nextBatch } = await setUpDrain();
	drain.start();
	// Whatever it does before it sleeps is done by then.
	await setImmediate();
	const settled = nextBatch();

	await inbox.put(entry("d1"));
	drain.wake();
	await settled;
	await drain.stop();

	expect(batches).toEqual([["d1"]]);
});

test("a loop that sleeps can be stopped", { timeout: 20_000 }, async () => {
	const { drain, batches } = await setUpDrain();
	drain.start();
	await setImmediate();

	await drain.stop();

	expect(batches).toEqual([]);
});

test("a loop begins with what waits already", async () => {
	const { inbox, drain, nextBatch, stateOf } = await setUpDrain();
	await inbox.put(entry("d1"));
	const settled = nextBatch();

	drain.start();
	await settled;
	await drain.stop();

	expect(await stateOf("d1")).toBe("done");
});

test("stopping ends the batch in hand, and begins no other", async () => {
	const { inbox, drain, batches, script, stateOf } = await setUpDrain();
	const ids = Array.from({ length: 150 }, (_, nth) => `d${100 + nth}`);
	await putAll(inbox, ...ids.map((id) => entry(id)));
	let stopped: Promise<void> = Promise.resolve();
	script(({ id }) => {
		if (id === "d100") stopped = drain.stop();
		return done;
	});

	await drain.once();
	await stopped;

	expect(batches).toHaveLength(1);
	expect(await stateOf("d199")).toBe("done");
	expect(await stateOf("d200")).toBe("accepted");
});

test("a drain that was never started can be stopped", async () => {
	const { drain } = await setUpDrain();

	await expect(drain.stop()).resolves.toBeUndefined();
});
