import type { Records } from "../airtable/records.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { LAST_ROUND } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";
import { createAnnounced } from "./announced.ts";
import { createCheck } from "./check.ts";
import { isDue } from "./due.ts";
import { createListing } from "./listing.ts";
import { noteRound } from "./note-round.ts";
import { asReport, type RoundReport } from "./report.ts";
import { isRoundDue } from "./round-due.ts";
import type { InspectOptions, Looked, Subject } from "./subject.ts";
import { oldOthers, subjectsOf } from "./subjects.ts";

type RoundOptions = {
	/** Instead of the webhook's time-out. */
	olderThanMs?: number | undefined;
	/** Whether each job is looked at, however lately it was. */
	all?: boolean;
	/** Writes nothing anywhere, and so asks NCA nothing. */
	dryRun?: boolean;
	/** The operator's word that what is old enough has failed. */
	giveUp?: boolean;
};

export type Poll = {
	/** Learns what became of the jobs that are stuck, after a round that is running. @throws Transient */
	round(options?: RoundOptions): Promise<RoundReport>;
	/** The same, if no round, of any machine, has begun since one was due. @throws Transient */
	roundIfDue(): Promise<void>;
	/** The same as the program starts: at once, unless rounds are held back. @throws Transient */
	firstRound(): Promise<void>;
	/** Learns it of one job, by either id; null where no one record bears it. @throws Transient */
	check(id: string): Promise<Looked | null>;
};

type Needs = {
	records: Pick<Records, "jobs" | "find" | "jobsInStatus">;
	inspect: (
		subjects: readonly Subject[],
		options: InspectOptions,
	) => Promise<Looked[]>;
	ledger: Pick<
		Ledger,
		| "saw"
		| "listed"
		| "stuckRuns"
		| "stuckCount"
		| "overdue"
		| "resolved"
		| "attempted"
		| "fact"
		| "note"
		| "tally"
	>;
	inbox: Pick<Inbox, "recordsSeen">;
	/** One round at a time, over all machines. @throws Transient */
	inTurn: <T>(work: () => Promise<T>) => Promise<T>;
	wake: () => void;
	statuses: readonly string[];
	/** Statuses of jobs that have ended: completed, and failed. */
	finalStatuses: readonly [string, string];
	timeoutMs: number;
	maxAgeMs: number;
	/** Whether the clock was set. @throws Transient */
	lookAtClock: () => Promise<void>;
	/** How often rounds are set to run. */
	intervalMs: number;
	/** How often they may for now, ms; Infinity: not by themselves. @throws Transient */
	roundEveryMs: () => Promise<number>;
	log: Log;
	now: () => number;
};

/** A round looks at so many jobs at most, new ones first. */
const MOST_LOOKS = 10_000;

/** Runs rounds, one after the other, and looks at single jobs. */
export function createPoll(needs: Needs): Poll {
	const { inspect, ledger, timeoutMs } = needs;
	const { maxAgeMs, intervalMs, log, now } = needs;
	const list = createListing(needs);
	const announcedOf = createAnnounced(needs);
	let running: Promise<unknown> = Promise.resolve();

	async function round(options: RoundOptions): Promise<RoundReport> {
		const { olderThanMs = timeoutMs, all = false, dryRun = false } = options;
		const { giveUp = false } = options;
		const began = now();
		if (!dryRun) {
			await needs.lookAtClock();
			await ledger.note(LAST_ROUND, began);
		}
		const isWanted = (one: Subject) => all || isDueNow(one, began);
		const listing = await list({ began, olderThanMs, dryRun, isWanted });
		const announced = await announcedOf(listing.ours, began, dryRun);
		const more = await subjectsOf(ledger, announced);
		// New ones first: an old debt must not delay the jobs of today.
		const due = [...listing.subjects, ...more.subjects.filter(isWanted)]
			.sort((a, b) => b.job.createdAt - a.job.createdAt)
			.slice(0, MOST_LOOKS);
		const others = await oldOthers(ledger, due, began - maxAgeMs);
		const looked = await inspect(due, { began, all, dryRun, giveUp, others });

		const report = asReport([...looked, ...listing.left, ...more.left]);
		const { jobs, ...counts } = report;
		const foreign = listing.listed - listing.ours.size;
		if (!dryRun) await noteRound(ledger, { ...counts, foreign }, now());
		log.info(
			{
				...counts,
				listed: listing.listed,
				announced: announced.length,
				foreign,
				dry_run: dryRun,
				ms: now() - began,
			},
			"poll round ended",
		);
		for (const { job_id, verdict, why } of looked)
			log.debug({ job_id, verdict, why }, "job polled");
		return report;
	}

	function isDueNow({ job, known }: Subject, at: number): boolean {
		const { createdAt } = job;
		const { checkedAt, settled } = known;
		// Closed, and set back: that must not wait until its age has its turn.
		return settled !== null || isDue({ createdAt, checkedAt }, at, intervalMs);
	}

	/** After those before it. */
	function inOrder<T>(work: () => Promise<T>): Promise<T> {
		const result = running.then(() => needs.inTurn(work));
		running = result.catch(() => {});
		return result;
	}

	async function roundIfDue(): Promise<void> {
		if (!(await isRoundDue(needs))) return;
		await inOrder(async () => {
			// Another machine may have been faster.
			if (await isRoundDue(needs)) await round({});
		});
	}

	return {
		round: (options = {}) => inOrder(() => round(options)),
		roundIfDue,
		async firstRound() {
			if ((await needs.roundEveryMs()) > intervalMs) await roundIfDue();
			else await inOrder(() => round({}));
		},
		check: createCheck(needs),
	};
}
