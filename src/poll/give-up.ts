import { CLOCK_STEPPED, ROUND_HELD } from "../inbox/ledger/facts.ts";
import type { NcaWord } from "../inbox/ledger/nca.ts";
import type { StuckRun } from "../inbox/ledger/rounds.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";
import type { News } from "./ask.ts";
import { NCA_WORD_MS } from "./due.ts";
import { failureBody, type PutFinding } from "./finding.ts";
import { MOST_GIVEN_UP, type Stuck, whyNotGivenUp } from "./give-up-rules.ts";
import { inGroups } from "./in-groups.ts";
import type { Sight } from "./look.ts";
import {
	type InspectOptions,
	type Looked,
	type Subject,
	said,
} from "./subject.ts";

/** A run whose file is not there, and what NCA said now, where it was asked. */
export type WithoutNews = {
	subject: Subject;
	sight: Sight;
	news: News | undefined;
};

type Needs = {
	put: PutFinding;
	isNcaConfigured: boolean;
	/** Statuses of jobs that are stuck. */
	statuses: readonly string[];
	maxAgeMs: number;
	ledger: Pick<Ledger, "note" | "fact">;
	log: Log;
};

/** Gives up the runs of which nothing is to be learnt any more; all are weighed before any is. */
export function createGiveUp(needs: Needs) {
	const { put, maxAgeMs } = needs;
	let wasHolding = false;

	return async function giveUp(
		left: readonly WithoutNews[],
		spacesAnswered: boolean,
		options: InspectOptions,
	): Promise<Map<Subject, Looked>> {
		const rules = { maxAgeMs, byHand: options.giveUp };
		const steppedAt = (await needs.ledger.fact(CLOCK_STEPPED)) ?? 0;
		const weighed = left.map((one) => ({
			...one,
			stuck: {
				...stuckOf(needs, one, spacesAnswered, options),
				seenForMs: seenForMs(one.subject, steppedAt, options.began),
			},
		}));
		// Also those that NCA, slow as it is, was not asked about yet.
		const ready = weighed.filter(({ stuck }) => {
			const nca = stuck.nca ?? "lost";
			return whyNotGivenUp({ ...stuck, nca }, rules) === null;
		}).length;
		const overdue = ready === 0 ? 0 : ready + options.others;
		const tooMany = overdue > MOST_GIVEN_UP;
		if (!options.dryRun) await noteHeld(ready, options);
		if (!options.dryRun && !options.giveUp) sayHeld(overdue);

		const looked = await inGroups(weighed, async (one) => {
			const stuck = { ...one.stuck, tooMany };
			const whyNot = whyNotGivenUp(stuck, rules);
			const isOld = stuck.seenForMs >= maxAgeMs || options.giveUp;
			return whyNot === null
				? await fail(one, stuck, options)
				: said(one.subject.job, "waiting", whyOf(one, isOld && whyNot));
		});
		return new Map(
			weighed.flatMap(({ subject }, nth) => {
				const one = looked[nth];
				return one ? [[subject, one]] : [];
			}),
		);
	};

	async function fail(
		one: WithoutNews,
		{ seenForMs, recordAgeMs }: Stuck,
		{ giveUp, dryRun }: InspectOptions,
	): Promise<Looked> {
		const { job, ncaJobId } = one.subject;
		const waitedMs = giveUp ? recordAgeMs : seenForMs;
		const minutes = Math.floor(waitedMs / 60_000);
		const time =
			minutes < 120
				? `${minutes} minutes`
				: `${Math.floor(minutes / 60)} hours`;
		const reason = `timed out: nothing showed how it ended within ${time}`;
		const body = failureBody(job.id, ncaJobId, reason);
		const why = `${whyOf(one, false)}; ${reason}`;
		return put(one.subject, "failed", why, { via: "timeout", body }, dryRun);
	}

	/** With none ready, and many others old enough, this round cannot tell: they have their turn in another. */
	async function noteHeld(
		ready: number,
		{ giveUp, others }: InspectOptions,
	): Promise<void> {
		const overdue = ready + others;
		if (giveUp || overdue <= MOST_GIVEN_UP)
			await needs.ledger.note(ROUND_HELD, 0);
		else if (ready > 0) await needs.ledger.note(ROUND_HELD, overdue);
	}

	/** Said when it becomes so, not each round. */
	function sayHeld(overdue: number): void {
		const isHolding = overdue > MOST_GIVEN_UP;
		if (isHolding && !wasHolding)
			needs.log.error({ overdue }, "giving up held: too many jobs at once");
		if (overdue > 0) wasHolding = isHolding;
	}
}

function stuckOf(
	{ isNcaConfigured, statuses }: Needs,
	{ subject: { job, known }, sight, news }: WithoutNews,
	spacesAnswered: boolean,
	{ began }: InspectOptions,
): Omit<Stuck, "seenForMs"> {
	return {
		recordAgeMs: began - job.createdAt,
		fileIsAbsent: sight.kind === "absent",
		nca: isNcaConfigured ? wordOf(known, news, began) : "not configured",
		spacesAnswered,
		tooMany: false,
		isProcessing: statuses.includes(job.status),
		completedBefore: known.completedBefore,
	};
}

/** Since the clock was set at the longest: what it said before is no measure. */
function seenForMs(
	{ known }: Subject,
	steppedAt: number,
	began: number,
): number {
	return began - Math.max(known.stuckSince ?? began, steppedAt);
}

/** What NCA said now, or within the last hour. */
function wordOf(
	{ askedAt, ncaSaid }: StuckRun,
	news: News | undefined,
	at: number,
): NcaWord | null {
	if (news?.kind === "none" && news.word) return news.word;
	const isFresh = askedAt !== null && at - askedAt <= NCA_WORD_MS;
	return isFresh ? ncaSaid : null;
}

/** What was seen, what NCA said, and why it is not given up, where that is worth a word. */
function whyOf({ sight, news }: WithoutNews, whyNot: string | false): string {
	const said = news ? [news.why] : [];
	const not = whyNot ? [`not given up: ${whyNot}`] : [];
	return [sight.why, ...said, ...not].join("; ");
}
