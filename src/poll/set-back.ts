import type { StuckRun } from "../inbox/ledger/rounds.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";
import { failureBody, type PutFinding, successBody } from "./finding.ts";
import { type Looked, type Subject, said } from "./subject.ts";

type Settled = NonNullable<StuckRun["settled"]>;

type Needs = {
	put: PutFinding;
	/** What a run is that is in processing although we closed it. */
	whenSetBack: (settled: Settled, now: number) => "again" | "left" | "anew";
	isOurFile: (url: string) => boolean;
	/** Statuses of jobs that have ended. */
	finalStatuses: readonly string[];
	ledger: Pick<Ledger, "reopened">;
	log: Log;
};

/**
 * Of a job that we closed, and that is in processing all the same: what is done about it, or the subject to be looked
 * for afresh. @param began when it was read, ms since the epoch
 */
export function createSetBack({
	put,
	whenSetBack,
	isOurFile,
	finalStatuses,
	ledger,
	log,
}: Needs) {
	return async function setBack(
		subject: Subject,
		began: number,
		dryRun: boolean,
	): Promise<Looked | Subject> {
		const { job, ncaJobId, known } = subject;
		const { settled } = known;
		if (settled === null || finalStatuses.includes(job.status)) return subject;
		if (settled.at > began)
			return said(job, "waiting", `closed a moment ago, via ${settled.via}`);
		// SPACES_BASE_URL is another since: then it is looked for afresh.
		if (!settled.files.every(({ url }) => isOurFile(url))) return subject;
		const back = whenSetBack(settled, began);
		if (back === "left")
			return said(
				job,
				"waiting",
				"closed again twice, and set back since: left for a while",
			);
		if (back === "again") {
			const why = `closed via ${settled.via} and set back since: to be closed again`;
			const done = settled.outcome === "completed";
			const verdict = done ? "recovered" : "failed";
			const found = { via: settled.via, body: bodyOf(subject, settled) };
			const run = { ...subject, ncaJobId: settled.ncaJobId ?? ncaJobId };
			return put(run, verdict, why, found, dryRun);
		}
		if (!dryRun) await judgeAnew(subject, settled, began);
		return afresh(subject, began);
	};

	/** The run that the record bears, and the one that was closed, where that is another. */
	async function judgeAnew(
		{ job, ncaJobId }: Subject,
		settled: Settled,
		at: number,
	): Promise<void> {
		const facts = { outcome: settled.outcome };
		for (const id of new Set([ncaJobId, settled.ncaJobId])) {
			const run = { jobId: job.id, ncaJobId: id };
			await ledger.reopened(run, { ...run, at, what: "set back", facts });
		}
		const line = { job_id: job.id, nca_job_id: ncaJobId };
		log.info(line, "job set back, judged anew");
	}
}

function bodyOf(
	{ job, ...subject }: Subject,
	{ outcome, files, reason, ...settled }: Settled,
): Record<string, unknown> {
	const ncaJobId = settled.ncaJobId ?? subject.ncaJobId;
	return outcome === "completed"
		? successBody(
				job.id,
				ncaJobId,
				files.map(({ url }) => url),
			)
		: failureBody(job.id, ncaJobId, reason);
}

/** What a person sets back is a new matter, whose time begins now. */
function afresh(subject: Subject, began: number): Subject {
	const known = {
		...subject.known,
		settled: null,
		stuckSince: began,
		askedAt: null,
		ncaSaid: null,
	};
	return { ...subject, known };
}
