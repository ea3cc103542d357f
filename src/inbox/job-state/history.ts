import type { JobHistory } from "../../settle/case.ts";
import { idOf } from "../run-key.ts";
import type { JobState } from "./state.ts";

/** What settle is to know of a job; null where its record was not seen. */
export function asHistory({
	seen,
	runs,
}: Pick<JobState, "seen" | "runs">): JobHistory | null {
	return (
		seen && {
			firstSeenAt: seen.firstSeenAt,
			operation: seen.operation,
			targetId: seen.targetId,
			runs: [...runs]
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([name, { seenAt, settled }]) => ({
					ncaJobId: idOf(name),
					seen: seenAt !== null,
					settled,
				})),
		}
	);
}
