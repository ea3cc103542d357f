import { expect, test } from "vitest";
import { createLimiter } from "../../src/airtable/limiter.ts";
import { createPace } from "../../src/airtable/pace.ts";
import { createClock, MINUTE, START } from "../set-up.ts";

const LOCKOUT_MS = 30_000;

/** Whoever waits finds the time gone by. */
function setUp(requestsPerSecond = 5) {
	const clock = createClock();
	const limiter = createLimiter({
		pace: createPace({ requestsPerSecond, monotonic: clock.now }),
		monotonic: clock.now,
		sleep: async (ms) => clock.advance(Math.ceil(ms)),
	});
	const turns: { name: string; at: number }[] = [];
	/** Takes a turn, and has its answer at once. */
	const ask = async (name: string) => {
		const answered = await limiter.turn("any");
		turns.push({ name, at: clock.now() - START });
		answered(true);
	};
	return { clock, limiter, turns, ask };
}

test("who comes alone does not wait", async () => {
	const { ask, turns } = setUp();

	await ask("first");

	expect(turns).toEqual([{ name: "first", at: 0 }]);
});

test("turns come in the order of asking", async () => {
	const { ask, turns } = setUp();

	await Promise.all(["a", "b", "c", "d"].map(ask));

	expect(turns.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
});

test("turns are evenly spaced, and never more in a second than allowed", async () => {
	const { ask, turns } = setUp(5);

	await Promise.all(Array.from({ length: 20 }, (_, nth) => ask(`${nth}`)));

	const gaps = turns.slice(1).map(({ at }, nth) => at - (turns[nth]?.at ?? 0));
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
	expect(Math.max(...gaps)).toBeLessThanOrEqual(220);
	const sixth = turns.slice(5).map(({ at }, nth) => at - (turns[nth]?.at ?? 0));
	expect(Math.min(...sixth)).toBeGreaterThan(1000);
	expect(Math.max(...sixth)).toBeLessThan(1100);
});

test("one that was long on its way does not bring a sixth into the same second", async () => {
	const { clock, limiter, ask, turns } = setUp(5);
	const answered = await limiter.turn("any");
	await Promise.all(["b", "c", "d"].map(ask));
	const arrived = clock.now() - START;
	answered(true);

	await Promise.all(["e", "f"].map(ask));

	expect(turns.at(-2)?.at).toBeLessThan(arrived + 1000);
	expect(turns.at(-1)?.at).toBeGreaterThan(arrived + 1000);
});

test("one that is never answered holds the others for three seconds at the most", async () => {
	const { limiter, ask, turns } = setUp(5);
	await limiter.turn("any");

	await Promise.all(["b", "c", "d", "e", "f"].map(ask));

	expect(turns.at(-1)?.at).toBeGreaterThan(3000);
	expect(turns.at(-1)?.at).toBeLessThan(3100);
});

test("rest is not saved up for a burst", async () => {
	const { ask, clock, turns } = setUp(5);
	await ask("early");
	clock.advance(60_000);

	await Promise.all(["a", "b"].map(ask));

	const [, a, b] = turns.map(({ at }) => at);
	expect(a).toBe(60_000);
	expect(b).toBeGreaterThanOrEqual(60_200);
});

test("after a 429 nobody has a turn for 30 s, nor a burst after it", async () => {
	const { ask, clock, limiter, turns } = setUp(5);
	await ask("throttled");
	limiter.throttled();

	await Promise.all(["a", "b"].map(ask));

	const [, a, b] = turns.map(({ at }) => at);
	expect(a).toBe(LOCKOUT_MS);
	expect(b).toBeGreaterThanOrEqual(LOCKOUT_MS + 200);
	expect(clock.now()).toBe(START + (b ?? 0));
});

test("a 429 also holds those who wait already", async () => {
	const { ask, limiter, turns } = setUp(5);

	const asked = ["a", "b", "c"].map(ask);
	await asked[0];
	limiter.throttled();
	await Promise.all(asked);

	const [, b, c] = turns.map(({ at }) => at);
	expect(b).toBeGreaterThanOrEqual(LOCKOUT_MS);
	expect(c).toBeGreaterThan(LOCKOUT_MS);
});

test("a second 429 begins the 30 s again", async () => {
	const { ask, clock, limiter, turns } = setUp(5);
	limiter.throttled();
	clock.advance(20_000);
	limiter.throttled();

	await ask("after");

	expect(turns).toEqual([{ name: "after", at: 20_000 + LOCKOUT_MS }]);
});

test("for ten minutes after a 429 the pace is halved", async () => {
	const { ask, clock, limiter, turns } = setUp(5);
	const pace = async () => {
		const from = turns.length;
		await Promise.all(["a", "b"].map(ask));
		const [a, b] = turns.slice(from);
		return (b?.at ?? 0) - (a?.at ?? 0);
	};

	limiter.throttled();
	const first = await pace();
	clock.advance(9 * MINUTE);
	const last = await pace();
	clock.advance(MINUTE);
	const after = await pace();

	expect(Math.min(first, last)).toBeGreaterThanOrEqual(400);
	expect(after).toBeGreaterThanOrEqual(200);
	expect(after).toBeLessThan(220);
});
