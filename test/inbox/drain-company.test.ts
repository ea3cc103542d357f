import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { entry, putAll } from "./entries.ts";
import { done, setUpDrain } from "./set-up-drain.ts";

const COMPANY_MS = 250;
const GATHER_MS = 2_000;

/** A drain that runs, and has found nothing yet; its timers stand still until they are moved. */
async function setUp(how?: Parameters<typeof setUpDrain>[0]) {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	onTestFinished(() => void vi.useRealTimers());
	const bench = await setUpDrain(how);
	onTestFinished(bench.drain.stop);
	bench.drain.start();
	await setImmediate();
	/** Puts them in, and rings for each; what can be done by then is done. */
	const come = async (...ids: string[]) => {
		await putAll(bench.inbox, ...ids.map((id) => entry(id)));
		for (const _ of ids) bench.drain.wake();
		await setImmediate();
	};
	const pass = async (ms: number) => {
		bench.clock.advance(ms);
		await vi.advanceTimersByTimeAsync(ms);
		await setImmediate();
	};
	return { ...bench, come, pass };
}

const many = (count: number, first = 100) =>
	Array.from({ length: count }, (_, nth) => `d${first + nth}`);

test("who comes alone waits a moment for company, and is settled with it", async () => {
	const { batches, come, pass } = await setUp();

	await come("d1");
	await pass(COMPANY_MS - 1);
	await come("d2");
	const early = batches.length;
	await pass(1);

	expect(early).toBe(0);
	expect(batches).toEqual([["d1", "d2"]]);
});

test("a full batch waits for nobody", async () => {
	const { batches, come } = await setUp();

	await come(...many(60));
	const early = batches.length;
	await come(...many(40, 500));

	expect(early).toBe(0);
	expect(batches.map(({ length }) => length)).toEqual([100]);
});

test("whoever came while others were settled waits no longer than anybody", async () => {
	const { batches, come, inbox, pass } = await setUp();
	const end = inbox.end;
	inbox.end = async (endings) => {
		inbox.end = end;
		const unclaimed = await end(endings);
		await come("d2");
		return unclaimed;
	};

	await come("d1");
	await pass(COMPANY_MS);
	await pass(COMPANY_MS);

	expect(batches).toEqual([["d1"], ["d2"]]);
});

test("after a batch without a single record, the next wait longer", async () => {
	const { batches, come, pass, script } = await setUp(() => ({
		kind: "unmatched",
		patienceMs: 60_000,
	}));
	await come("d1");
	await pass(COMPANY_MS);
	script(() => done);

	await come("d2");
	await pass(GATHER_MS - 1);
	const early = batches.length;
	await pass(1);

	expect(early).toBe(1);
	expect(batches).toEqual([["d1"], ["d2"]]);
});

test("by hand nobody waits", async () => {
	const { drain, batches, inbox } = await setUpDrain();
	await inbox.put(entry("d1"));
	drain.wake();

	await drain.once();
	await drain.stop();

	expect(batches).toEqual([["d1"]]);
});
