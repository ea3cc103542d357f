import { asSeen } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";
import {
	type InspectOptions,
	type Looked,
	type Subject,
	said,
} from "./subject.ts";
import { oldOthers, subjectsOf } from "./subjects.ts";

type Needs = {
	records: Pick<Records, "find">;
	inspect: (
		subjects: readonly Subject[],
		options: InspectOptions,
	) => Promise<Looked[]>;
	ledger: Pick<Ledger, "saw" | "stuckRuns" | "stuckCount">;
	/** Statuses of jobs that have ended: completed, and failed. */
	finalStatuses: readonly [string, string];
	maxAgeMs: number;
	/** Whether the clock was set. @throws Transient */
	lookAtClock: () => Promise<void>;
	log: Log;
	now: () => number;
};

/** Learns what became of one job, by either id; null where no one record bears it. What it makes throws Transient. */
export function createCheck(needs: Needs) {
	const { records, inspect, ledger, maxAgeMs, log, now } = needs;

	return async function check(id: string): Promise<Looked | null> {
		const began = now();
		const job = await records.find(id);
		if (job === null) return null;
		await needs.lookAtClock();
		if (job.owner === "ours") await ledger.saw([asSeen(job)], began);
		const { subjects, left } = await subjectsOf(ledger, [job]);
		const [closed] = subjects.flatMap((one) =>
			closedAlready(one, needs.finalStatuses),
		);
		const others = await oldOthers(ledger, subjects, began - maxAgeMs);
		const options = { began, all: true, dryRun: false, giveUp: false };
		const [looked = left[0]] = closed
			? [closed]
			: await inspect(subjects, { ...options, others });
		log.info({ ...looked }, "job checked by hand");
		return looked ?? null;
	};
}

/** A job that has ended is not looked for; a failure that nothing proves may have been wrong. */
function closedAlready(
	{ job, known }: Subject,
	[completed, failed]: Needs["finalStatuses"],
): Looked[] {
	const { settled } = known;
	const isProvisional = settled === null || settled.via === "timeout";
	const isOver =
		job.status === completed || (job.status === failed && !isProvisional);
	const via = settled ? `, via ${settled.via}` : "";
	return isOver ? [said(job, "closed", `it is ${job.status}${via}`)] : [];
}
