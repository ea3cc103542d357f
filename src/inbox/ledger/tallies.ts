/** How long it is known in which minute something was counted. */
export const RECENT_MS = 25 * 3_600_000;

/** What is counted, by name: in all, and by the minute for a day. Neither a restart nor retention changes a total. */
export type Tallies = {
	/** So many more of each, in whole numbers. @param at ms since the epoch */
	tally(counts: ReadonlyMap<string, number>, at: number): Promise<void>;
	/** All there ever were; `since`: from the beginning of that minute, at most RECENT_MS ago. */
	tallies(since?: number): Promise<Map<string, number>>;
	/** Those since then, likewise, by name and hour: when it began, ms since the epoch. */
	talliesByHour(since: number): Promise<Map<string, Map<number, number>>>;
};
