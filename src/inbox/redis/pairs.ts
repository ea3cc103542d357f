/** What Redis tells as a list. @param flat names, or members, and their numbers, by turns */
export function pairsOf(
	flat: readonly string[],
): [name: string, value: number][] {
	return flat.flatMap((name, nth) =>
		nth % 2 === 1 ? [] : [[name, Number(flat[nth + 1])] as [string, number]],
	);
}
