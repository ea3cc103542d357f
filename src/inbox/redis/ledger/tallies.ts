import { HOUR_MS, hourOf, minuteOf } from "../../ledger/hours.ts";
import { RECENT_MS, type Tallies } from "../../ledger/tallies.ts";
import type { Counts } from "../../tally.ts";
import type { Command, Redis } from "../client.ts";
import { pairsOf } from "../pairs.ts";

const TOTALS = "nca:tallies";
/** What was counted in an hour, by minute and name. */
const hourKey = (hour: number) => `${TOTALS}:${hour}`;
/** An hour is known for so long after it was last counted in, by the clock of Redis. */
const KEPT_SECONDS = (RECENT_MS + HOUR_MS) / 1000;

/** What counts, with what else is committed. @param at ms since the epoch */
export function tallyCommands(counts: Counts, at: number): Command[] {
	if (counts.size === 0) return [];
	const key = hourKey(hourOf(at));
	const minute = minuteOf(at);
	return [
		...[...counts].flatMap(([name, count]): Command[] => [
			["HINCRBY", TOTALS, name, count],
			["HINCRBY", key, `${minute}:${name}`, count],
		]),
		["EXPIRE", key, KEPT_SECONDS],
	];
}

/** What is counted: all in one hash, and each hour in one of its own. */
export function createRedisTallies(redis: Redis): Tallies {
	async function* since(
		time: number,
	): AsyncGenerator<{ name: string; hour: number; total: number }> {
		const first = hourOf(time);
		const hours = Array.from(
			{ length: RECENT_MS / HOUR_MS + 2 },
			(_, nth) => first + nth,
		);
		const all = await Promise.all(
			hours.map((hour) => redis.call<string[]>("HGETALL", hourKey(hour))),
		);
		for (const [nth, flat] of all.entries())
			for (const [field, total] of pairsOf(flat)) {
				const colon = field.indexOf(":");
				const minute = Number(field.slice(0, colon));
				if (minute >= minuteOf(time))
					yield { name: field.slice(colon + 1), hour: first + nth, total };
			}
	}

	return {
		async tally(counts, at) {
			await redis.commit([], tallyCommands(counts, at));
		},
		async tallies(time) {
			if (time === undefined)
				return new Map(pairsOf(await redis.call<string[]>("HGETALL", TOTALS)));
			const sums = new Map<string, number>();
			for await (const { name, total } of since(time))
				sums.set(name, (sums.get(name) ?? 0) + total);
			return sums;
		},
		async talliesByHour(time) {
			const names = new Map<string, Map<number, number>>();
			for await (const { name, hour, total } of since(time)) {
				const hours = names.get(name) ?? new Map<number, number>();
				const began = hour * HOUR_MS;
				names.set(name, hours.set(began, (hours.get(began) ?? 0) + total));
			}
			return names;
		},
	};
}
