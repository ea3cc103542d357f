import type { Command } from "./redis.ts";

/** Where something stands in a sorted set, so that it is found there. */
export type Place = { key: string; member: string; score: number };

/** What takes a thing from where it stood to where it stands now. */
export function moves(
	before: readonly Place[],
	after: readonly Place[],
): Command[] {
	const stood = new Map(before.map((place) => [nameOf(place), place.score]));
	const stands = new Set(after.map(nameOf));
	return [
		...before
			.filter((place) => !stands.has(nameOf(place)))
			.map(({ key, member }) => ["ZREM", key, member] as const),
		...after
			.filter((place) => stood.get(nameOf(place)) !== place.score)
			.map(({ key, member, score }) => ["ZADD", key, score, member] as const),
	];
}

const nameOf = ({ key, member }: Place) => `${key}\0${member}`;
