/** A place in a line: it stands in one at a time. */
export type Link = { before: Link | null; behind: Link | null };

export type Line<T> = {
	append(item: T): void;
	/** Once: what is not in the line must not be taken out of it. */
	remove(item: T): void;
	/** First come first; none is to be removed meanwhile but the one that it stands at. */
	all(): Generator<T>;
};

/**
 * What comes and goes with each request, in order of coming. Not a Map: the tables that one outgrows point each to
 * the next and to all that stood in it, so that once one of them is old, every later one grows old with its requests.
 * What is removed here points to nothing.
 */
export function createLine<T extends Link>(): Line<T> {
	let first: T | null = null;
	let last: T | null = null;

	return {
		append(item) {
			item.before = last;
			if (last) last.behind = item;
			else first = item;
			last = item;
		},
		remove(item) {
			const { before, behind } = item as { before: T | null; behind: T | null };
			if (before) before.behind = behind;
			else first = behind;
			if (behind) behind.before = before;
			else last = before;
			item.before = null;
			item.behind = null;
		},
		*all() {
			for (let at = first; at; ) {
				const { behind } = at as { behind: T | null };
				yield at;
				at = behind;
			}
		},
	};
}
