type Needs = {
	/** One more within a second locks the base out; Infinity: never. */
	requestsPerSecond: number;
	/** How long a lock-out lasts, ms. */
	lockoutMs: number;
	now: () => number;
};

/** Airtable's limit of a base. What it makes tells of each request, as it comes, whether it is one too many. */
export function createLimit({
	requestsPerSecond,
	lockoutMs,
	now,
}: Needs): () => boolean {
	let recent: number[] = [];
	let lockedUntil = 0;

	return () => {
		const time = now();
		recent = [...recent.filter((at) => time - at < 1000), time];
		if (recent.length > requestsPerSecond) lockedUntil = time + lockoutMs;
		return time < lockedUntil;
	};
}
