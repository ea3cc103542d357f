/** Counts that are kept in memory until they are written, since a write for each would cost more than it is worth. */
export type Gathered<Key> = {
	add(key: Key, n?: number): void;
	/** Of what is not written yet. */
	count(key: Key): number;
	/** Writes what was counted since the last time; what could not be written is written with the next. @throws as `save` does */
	write(): Promise<void>;
};

export function createGathered<Key>(
	save: (counts: ReadonlyMap<Key, number>) => Promise<void>,
): Gathered<Key> {
	let gathered = new Map<Key, number>();

	function add(key: Key, n = 1): void {
		gathered.set(key, (gathered.get(key) ?? 0) + n);
	}

	return {
		add,
		count: (key) => gathered.get(key) ?? 0,
		async write() {
			const counts = gathered;
			if (counts.size === 0) return;
			gathered = new Map();
			try {
				await save(counts);
			} catch (error) {
				for (const [key, n] of counts) add(key, n);
				throw error;
			}
		},
	};
}
