import { describe, expect, test } from "vitest";
import { createQuota } from "../../src/monitor/quota.ts";
import { createClock, HOUR, MINUTE } from "../set-up.ts";
import { createTallies } from "./ledger.ts";

const DAY = 24 * HOUR;
const INTERVAL = 2 * MINUTE;
const NOVEMBER = "airtable calls 2026-11";

/** The 21st, 0 h: ten days before the month ends. */
function setUp(limit: number | null = 1000, at = "2026-11-21T00:00:00Z") {
	const clock = createClock(Date.parse(at));
	const ledger = createTallies();
	const lines: { msg: string; fields: Record<string, unknown> }[] = [];
	const line = (fields: Record<string, unknown>, msg: string) => {
		lines.push({ msg, fields });
	};
	const log = { debug: line, info: line, warn: line, error: line, fatal: line };
	const again = () =>
		createQuota({
			ledger,
			limit,
			intervalMs: INTERVAL,
			log,
			now: clock.now,
		});
	/** Counted so long ago. */
	const counted = (ms: number, counts: Record<string, number>) =>
		ledger.tally(new Map(Object.entries(counts)), clock.now() - ms);
	return { ...again(), again, counted, clock, ledger, lines };
}

describe("calls of the month", () => {
	test("are counted as they go, and by whom", async () => {
		const { count, used, ledger } = setUp();

		await count("settling");
		await count("polling");

		expect(await used()).toBe(2);
		expect((await ledger.tallies()).get("polling calls")).toBe(1);
	});

	test("begin anew with the month, by UTC", async () => {
		const { count, used, clock } = setUp(1000, "2026-11-30T23:59:59.999Z");
		await count("settling");

		clock.advance(1);
		const turned = await used();
		await count("settling");

		expect([turned, await used()]).toEqual([0, 1]);
	});

	test("a call that cannot be counted goes, and that is said once", async () => {
		const { count, used, ledger, lines } = setUp();
		ledger.fill(true);

		await count("polling");
		await count("polling");
		ledger.fill(false);
		await count("polling");

		expect(await used()).toBe(1);
		expect(lines).toMatchObject([{ msg: "airtable call not counted" }]);
	});
});

describe("how often rounds run", () => {
	test("without a limit, as they are set", async () => {
		const { counted, roundEveryMs } = setUp(null);
		await counted(0, { [NOVEMBER]: 1e9 });

		expect(await roundEveryMs()).toBe(INTERVAL);
	});

	test("until 79 % are used, as they are set; from 80 % on, what is left is spread", async () => {
		const { counted, roundEveryMs } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 799 });

		const enough = await roundEveryMs();
		await counted(2 * DAY, { [NOVEMBER]: 1 });

		expect(enough).toBe(INTERVAL);
		// 200 are left, a tenth of them for the webhooks.
		expect(await roundEveryMs()).toBe((10 * DAY) / 180);
	});

	test("by what a round costs", async () => {
		const { counted, roundEveryMs } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 800 });
		await counted(HOUR, { "polling calls": 40, [NOVEMBER]: 40, round: 10 });

		// Of 160, 144: 36 rounds of four calls.
		expect(await roundEveryMs()).toBe((10 * DAY) / 36);
	});

	test("by what one ever cost, where none ran for a day", async () => {
		const { counted, roundEveryMs } = setUp();
		await counted(2 * DAY, { "polling calls": 50, [NOVEMBER]: 800, round: 10 });

		expect(await roundEveryMs()).toBe((10 * DAY) / 36);
	});

	test("so that the webhooks have what they had in the last 24 hours", async () => {
		const { counted, roundEveryMs } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 785 });
		await counted(HOUR, { "polling calls": 10, round: 10, [NOVEMBER]: 25 });

		// 190 are left; 15 a day are 150.
		expect(await roundEveryMs()).toBe((10 * DAY) / 40);
	});

	test("not again before the month ends, where the webhooks want what is left", async () => {
		const { counted, roundEveryMs, clock } = setUp();
		await counted(0, { [NOVEMBER]: 810 });

		const held = await roundEveryMs();
		clock.advance(10 * DAY);

		expect(held).toBe(Number.POSITIVE_INFINITY);
		expect(await roundEveryMs()).toBe(INTERVAL);
	});

	test.each([999, 1000, 5000])(
		"nor where %i of 1,000 are used",
		async (calls) => {
			const { counted, roundEveryMs } = setUp();
			await counted(2 * DAY, { [NOVEMBER]: calls });

			expect(await roundEveryMs()).toBe(Number.POSITIVE_INFINITY);
		},
	);

	test("never more often than they are set", async () => {
		const { counted, roundEveryMs } = setUp(1e6);
		await counted(2 * DAY, { [NOVEMBER]: 800_000 });

		expect(await roundEveryMs()).toBe(INTERVAL);
	});

	test("rounds that keep to it leave the webhooks their reserve", async () => {
		const { counted, count, roundEveryMs, used, clock, ledger } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 800 });
		let last = clock.now();

		for (let minute = 0; minute < 10 * 24 * 60 - 1; minute += 1) {
			clock.advance(MINUTE);
			if (clock.now() - last < (await roundEveryMs())) continue;
			last = clock.now();
			for (let nth = 0; nth < 3; nth += 1) await count("polling");
			await ledger.tally(new Map([["round", 1]]), clock.now());
		}

		expect(await used()).toBeGreaterThan(950);
		expect(await used()).toBeLessThan(1000);
	});
});

describe("is told", () => {
	test("when 80 % are used, once a month", async () => {
		const { counted, look, lines, clock } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 799 });
		await look();
		expect(lines).toEqual([]);

		await counted(2 * DAY, { [NOVEMBER]: 1 });
		await look();
		await look();
		clock.advance(10 * DAY);
		await counted(0, { "airtable calls 2026-12": 900 });
		await look();

		expect(lines.filter(({ msg }) => msg === "airtable quota")).toMatchObject([
			{
				fields: {
					month: "2026-11",
					used: 800,
					limit: 1000,
					left: 200,
					round_every_minutes: 80,
				},
			},
			{ fields: { month: "2026-12", used: 900 } },
		]);
	});

	test("when no more rounds run, once", async () => {
		const { counted, look, lines } = setUp();
		await counted(2 * DAY, { [NOVEMBER]: 1001 });

		await look();
		await look();

		expect(lines).toMatchObject([
			{ msg: "airtable quota", fields: { left: 0, round_every_minutes: null } },
			{ msg: "polling held until the month ends", fields: { used: 1001 } },
		]);
	});

	test("by nobody where there is no limit", async () => {
		const { counted, look, lines } = setUp(null);
		await counted(0, { [NOVEMBER]: 1e9 });

		await look();

		expect(lines).toEqual([]);
	});
});
