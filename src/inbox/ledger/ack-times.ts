/** How long acknowledgements took. */
export type AckTimes = {
	/** So many more acknowledgements took up to so many ms, by that upper bound. @param at ms since the epoch */
	acknowledged(at: number, counts: ReadonlyMap<number, number>): Promise<void>;
	/** Those since then, from the beginning of its hour. */
	acknowledgements(since: number): Promise<Map<number, number>>;
};
