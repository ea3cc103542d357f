import { vi } from "vitest";

const wanted = Number(process.env.FUZZ_RUNS ?? 0);
if (wanted > 0) vi.setConfig({ testTimeout: 4 * 3_600_000 });

/**
 * How often a property is tried: a few times, the same ones each time; or FUZZ_RUNS times with a seed of its own, which
 * is printed when it fails. @param share of FUZZ_RUNS, for what takes longer than most
 */
export function runs(
	few: number,
	share = 1,
): { numRuns: number; seed?: number } {
	return wanted > 0
		? { numRuns: Math.max(few, Math.ceil(wanted * share)) }
		: { numRuns: few, seed: 20261123 };
}

/** The shortest of some tries, ms: the others were interrupted. */
function timeOf(work: () => void): number {
	const times = [1, 2, 3].map(() => {
		const began = performance.now();
		work();
		return performance.now() - began;
	});
	return Math.min(...times);
}

/**
 * Whether work of sixteen times the size takes about sixteen times as long; were it with the square of the size, it would
 * be 256 times. What is quick either way proves nothing, and passes.
 */
export function isLinear(size: number, work: (size: number) => void): boolean {
	work(size);
	const small = timeOf(() => work(size));
	const large = timeOf(() => work(16 * size));
	return large < 100 || large < 90 * small;
}
