/** A clock that strikes only when it is told to. */
export function createTicker() {
	const works = new Set<() => void>();
	return {
		every(_ms: number, work: () => void) {
			works.add(work);
			return () => void works.delete(work);
		},
		tick() {
			for (const work of works) work();
		},
		/** How much waits for it to strike. */
		waiting: () => works.size,
	};
}
