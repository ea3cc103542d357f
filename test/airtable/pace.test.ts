import { describe, expect, test } from "vitest";
import { createPace } from "../../src/airtable/pace.ts";
import { createClock, START } from "../set-up.ts";

/** How long a request is under way to the server, and until its answer is here, ms. */
type Ways = { there: number; back: number };

type Traffic = {
	requestsPerSecond?: number;
	count?: number;
	waysOf: (nth: number) => Ways;
	kindOf?: (nth: number) => string;
	/** So long nothing is asked before this one, ms. */
	restBefore?: (nth: number) => number;
};

/** Sends as much as the pace lets go. @returns when each came to the server, in order, ms */
async function arrivals({
	requestsPerSecond = 5,
	count = 150,
	waysOf,
	kindOf = () => "any",
	restBefore = () => 0,
}: Traffic): Promise<number[]> {
	const clock = createClock();
	const pace = createPace({ requestsPerSecond, monotonic: clock.now });
	const came: number[] = [];
	let onTheWay: { id: string; sent: number; answer: number }[] = [];

	/** Lets the time go by until then, and hands over the answers that come in it. */
	async function until(time: number): Promise<void> {
		const due = onTheWay
			.filter(({ answer }) => answer <= time)
			.sort((a, b) => a.answer - b.answer);
		onTheWay = onTheWay.filter(({ answer }) => answer > time);
		for (const { id, sent, answer } of due) {
			clock.advance(answer - clock.now());
			await pace.answered(id, answer - sent);
		}
		clock.advance(time - clock.now());
	}

	for (let nth = 0; nth < count; nth += 1) {
		await until(clock.now() + restBefore(nth));
		let taken = await pace.take(kindOf(nth));
		while ("waitMs" in taken) {
			const answers = onTheWay.map(({ answer }) => answer);
			await until(Math.min(clock.now() + taken.waitMs, ...answers));
			taken = await pace.take(kindOf(nth));
		}
		const { there, back } = waysOf(nth);
		const sent = clock.now();
		came.push(sent + there - START);
		onTheWay.push({ id: taken.id, sent, answer: sent + there + back });
	}
	return came.sort((a, b) => a - b);
}

/** The shortest time in which one more came than is allowed in a second, ms. */
function shortest(came: readonly number[], allowed = 5): number {
	return Math.min(
		...came.slice(allowed).map((at, nth) => at - (came[nth] ?? 0)),
	);
}

/** What goes on without end, in requests a second. */
function paceOf(came: readonly number[]): number {
	const late = came.slice(came.length >> 1);
	const [first = 0] = late;
	return ((late.length - 1) * 1000) / ((late.at(-1) ?? 0) - first);
}

/** Chance that is the same in each run; from 0 to 1. */
function chanceOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

const steady = (ms: number) => () => ({ there: ms / 2, back: ms / 2 });

describe("never more come to the server in a second than allowed", () => {
	test("however the ways there and back vary", async () => {
		const seconds: number[] = [];

		for (let seed = 1; seed <= 300; seed += 1) {
			const chance = chanceOf(seed);
			const [there, back] = [chance() * 150, chance() * 300];
			const [early, late] = [chance() * 150, chance() * 300];
			const waysOf = () => ({
				there: there + chance() * early,
				back: back + chance() * late,
			});
			seconds.push(shortest(await arrivals({ waysOf })));
		}

		expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1000);
	});

	test.each([100, 300, 600])(
		"nor where new connections take %i ms more, at the start and after each rest",
		async (more) => {
			const isNew = (nth: number) => nth % 40 < 3;
			const chance = chanceOf(more);

			const came = await arrivals({
				restBefore: (nth) => (nth % 40 === 0 ? 30_000 : 0),
				waysOf: (nth) => ({
					there: 20 + chance() * 10 + (isNew(nth) ? more : 0),
					back: 100 + chance() * 50,
				}),
			});

			expect(shortest(came)).toBeGreaterThanOrEqual(1000);
		},
	);

	test("nor where a write takes far longer than a read", async () => {
		const isWrite = (nth: number) => nth % 23 > 2;

		const came = await arrivals({
			count: 300,
			kindOf: (nth) => (isWrite(nth) ? "PATCH" : "GET"),
			waysOf: (nth) => ({ there: 20, back: isWrite(nth) ? 600 : 120 }),
		});

		expect(shortest(came)).toBeGreaterThanOrEqual(1000);
	});

	test("nor where what is known of the ways is of long ago", async () => {
		const came = await arrivals({
			count: 60,
			restBefore: (nth) => (nth === 30 ? 2 * 3_600_000 : 0),
			waysOf: (nth) => (nth < 30 ? steady(400)() : steady(20)()),
		});

		expect(shortest(came)).toBeGreaterThanOrEqual(1000);
	});
});

describe("the pace is kept", () => {
	test.each([
		[5, 40],
		[5, 250],
		[5, 600],
		[50, 40],
	])("%i a second, where an answer takes %i ms", async (allowed, ms) => {
		const came = await arrivals({
			requestsPerSecond: allowed,
			count: allowed * 40,
			waysOf: steady(ms),
		});

		expect(paceOf(came)).toBeGreaterThan(allowed * 0.97);
	});

	test("where a write takes far longer than a read", async () => {
		const isWrite = (nth: number) => nth % 23 > 2;

		const came = await arrivals({
			count: 300,
			kindOf: (nth) => (isWrite(nth) ? "PATCH" : "GET"),
			waysOf: (nth) => ({ there: 20, back: isWrite(nth) ? 600 : 120 }),
		});

		expect(paceOf(came)).toBeGreaterThan(5 * 0.95);
	});

	test("where a request is refused before its time, or not answered", async () => {
		const clock = createClock();
		const pace = createPace({ requestsPerSecond: 1, monotonic: clock.now });
		const waits: number[] = [];

		const refused = 30;
		for (let nth = 0; nth < 35; nth += 1) {
			const taken = await pace.take("any");
			if (!("id" in taken)) throw new Error("it had to wait");
			const tookMs = nth === refused ? 5 : 300;
			clock.advance(tookMs);
			await pace.answered(taken.id, nth === refused ? null : tookMs);
			const next = await pace.take("any");
			waits.push("waitMs" in next ? next.waitMs : 0);
			clock.advance(waits.at(-1) ?? 0);
		}

		// When it came to the server is known by its answer alone, and the others lose nothing by it.
		expect(waits.slice(refused - 1, refused + 2)).toEqual([720, 1020, 720]);
	});
});
