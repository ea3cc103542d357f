import type { Command, Redis } from "./client.ts";

/** So many are read at once. */
const TURN = 200;

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

/**
 * The members of a sorted set below a score, some at a time, until there are none: whoever asks takes them out of it.
 * Those that stay lead to nothing, since Redis has lost what they stand for: they are taken out here.
 */
export async function* below(
	redis: Redis,
	set: string,
	score: number,
): AsyncGenerator<string[]> {
	for (let told: readonly string[] = []; ; ) {
		const members = await redis.call<string[]>(
			...(["ZRANGE", set, "-inf", `(${score}`, "BYSCORE"] as const),
			...["LIMIT", 0, TURN],
		);
		if (members.length === 0) return;
		const stayed = members.filter((member) => told.includes(member));
		if (stayed.length > 0) await redis.call("ZREM", set, ...stayed);
		told = members.filter((member) => !stayed.includes(member));
		if (told.length > 0) yield [...told];
	}
}
