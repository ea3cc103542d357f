import type { Examine, Finding } from "./check.ts";
import { unknown } from "./verdict.ts";

export type Area = { area: string; examine: Examine };
export type Diagnosis = Finding & { area: string };

/**
 * Looks at all areas side by side, and throws nothing: an area that does, or that is not done in time, is a finding.
 * @param deadlineMs for the whole
 * @returns in the order of the areas
 */
export async function diagnose(
	areas: readonly Area[],
	deadlineMs: number,
): Promise<Diagnosis[]> {
	const late = Promise.withResolvers<void>();
	const timer = setTimeout(late.resolve, deadlineMs);
	const found = await Promise.all(
		areas.map(async ({ area, examine }) => {
			const overdue = late.promise.then(() => [
				unknown("all", `not done within ${deadlineMs / 1000} s`),
			]);
			const findings = await Promise.race([attempt(examine), overdue]);
			return findings.map((finding) => ({ area, ...finding }));
		}),
	);
	clearTimeout(timer);
	return found.flat();
}

async function attempt(examine: Examine): Promise<Finding[]> {
	try {
		return await examine();
	} catch (error) {
		// Its message may hold what was sent, a key with it.
		const name = error instanceof Error ? error.name : typeof error;
		const remedy = "This is a fault of the doctor: look at this by hand";
		return [unknown("all", `the check itself failed: ${name}`, remedy)];
	}
}
