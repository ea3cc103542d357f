import type { RecordId } from "../../../job.ts";
import { isOpen } from "../../job-state/expected.ts";
import type { JobState } from "../../job-state/state.ts";
import type { Command } from "../client.ts";

/** The plan's own key, for whoever looks for it there. */
const expectedKey = (jobId: string) => `webhook:expected:${jobId}`;
const DAY_SECONDS = 86_400;

/** What is still to come stands under the plan's key for a day. */
export function expectedCommands(
	id: RecordId,
	before: JobState,
	after: JobState,
): Command[] {
	const [was, is] = [openOf(before), openOf(after)];
	if (was === is) return [];
	const key = expectedKey(id);
	if (is === null) return [["DEL", key]];
	return was === null
		? [["SET", key, is, "EX", DAY_SECONDS]]
		: [["SET", key, is, "XX", "KEEPTTL"]];
}

/** The latest that is waited for, in the plan's words. */
function openOf({ expected }: JobState): string | null {
	const [latest] = [...expected.values()]
		.filter(isOpen)
		.toSorted((a, b) => b.at - a.at);
	return latest?.at === undefined
		? null
		: JSON.stringify({
				operation: latest.operation,
				created_at: new Date(latest.at).toISOString(),
				attempts: latest.attempts,
			});
}
