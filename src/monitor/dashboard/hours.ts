const HOUR = 3_600_000;

/** What came in an hour, and what was recovered in it. */
export type Hour = {
	/** When it began, ms since the epoch. */
	at: number;
	accepted: number;
	duplicate: number;
	parked: number;
	/** Learnt by the poller, from a file or from NCA. */
	recovered: number;
};

/**
 * The last 24 hours, the one that is not over at the end.
 * @param tallies by name and hour @param now ms since the epoch
 */
export function lastDay(
	tallies: ReadonlyMap<string, ReadonlyMap<number, number>>,
	now: number,
): Hour[] {
	const last = now - (now % HOUR);
	return Array.from({ length: 24 }, (_, nth) => {
		const at = last - (23 - nth) * HOUR;
		const sum = (isMeant: (name: string) => boolean) =>
			[...tallies]
				.filter(([name]) => isMeant(name))
				.reduce((all, [, byHour]) => all + (byHour.get(at) ?? 0), 0);
		return {
			at,
			accepted: sum((name) => name === "webhook accepted"),
			duplicate: sum((name) => name === "webhook duplicate"),
			parked: sum((name) => name === "webhook parked"),
			recovered: sum((name) => /^settled \S+ (polling|nca_status)$/.test(name)),
		};
	});
}
