/** So many answers tell what a request takes at the least. */
const LATEST = 200;
/** Of fewer answers than this, the quickest may have been slow as well: a connection's first are. */
const ENOUGH = 20;

type Answer = { kind: string; tookMs: number };

/** What a request of a kind takes at the least, as the latest answers tell, ms; told with each new one. */
export function createLeastTime(): (kind: string, tookMs: number) => number {
	let answers: Answer[] = [];

	return (kind, tookMs) => {
		answers = [...answers, { kind, tookMs }].slice(-LATEST);
		const ofKind = answers.filter((one) => one.kind === kind);
		return Math.max(quickest(ofKind), quickest(answers));
	};
}

/** What none of these may be quicker than: the more they differ, the further below the quickest. */
function quickest(some: readonly Answer[]): number {
	const took = some.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
	const [first = 0] = took;
	const median = took[took.length >> 1] ?? first;
	const believed = Math.min(1, took.length / ENOUGH);
	return Math.max(0, first - (median - first) / 2) * believed;
}
