import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger, NcaWord, StuckRun } from "../inbox/ledger.ts";
import type { DeliveryId } from "../job.ts";
import type { Log } from "../log.ts";
import type { News } from "./ask.ts";
import { NCA_WORD_MS } from "./due.ts";
import {
	type Found,
	failureBody,
	findingEntry,
	successBody,
} from "./finding.ts";
import { MOST_GIVEN_UP, whyNotGivenUp } from "./give-up.ts";
import type { Sight } from "./look.ts";
import {
	type Looked,
	type LookVerdict,
	type Subject,
	said,
} from "./subject.ts";

export type InspectOptions = {
	/** When the jobs were read, ms since the epoch. */
	began: number;
	/** Whether NCA is asked about each, however lately it was. */
	all: boolean;
	dryRun: boolean;
	/** The operator's word. */
	giveUp: boolean;
	/** How many there are that could be given up, looked at now or not. */
	overdue: number;
};

type Needs = {
	look: (subject: Subject) => Promise<Sight>;
	question: (
		subjects: readonly Subject[],
		all: boolean,
	) => Promise<Map<Subject, News>>;
	isNcaConfigured: boolean;
	watch: { answered(busy: number, at: number): Promise<void> };
	/** Whether a run that is in processing although we closed it is to be closed again, as it was. */
	isToBeClosedAgain: (
		settled: NonNullable<StuckRun["settled"]>,
		now: number,
	) => boolean;
	spaces: { answered(): Promise<boolean>; sawFile(): Promise<void> };
	inbox: Pick<Inbox, "put">;
	ledger: Pick<Ledger, "stuckRuns" | "reopened" | "looked">;
	newId: () => DeliveryId;
	wake: () => void;
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

/** A round's looking ends after this, ms; the jobs that were not reached are due in the next. */
const LOOKING_MS = 2 * 60_000;

/** What a person sets back is a new matter, whose time begins now. */
function afresh(subject: Subject, began: number): Subject {
	const { known } = subject;
	if (known.settled === null) return subject;
	const again = {
		settled: null,
		stuckSince: began,
		askedAt: null,
		ncaSaid: null,
	};
	return { ...subject, known: { ...known, ...again } };
}

/**
 * Learns what became of stuck jobs, from Spaces first, then from NCA, and puts what it finds into the inbox. All are
 * looked for before any is given up.
 * @throws Transient where the inbox cannot take it
 */
export function createInspect(needs: Needs) {
	const { look, question, inbox, ledger, now, log } = needs;

	return async function inspect(
		subjects: readonly Subject[],
		options: InspectOptions,
	): Promise<Looked[]> {
		const looked = new Map<Subject, Looked>();
		const end = (subject: Subject, verdict: LookVerdict, why: string) =>
			looked.set(subject, said(subject.job, verdict, why));

		const open: Subject[] = [];
		for (const subject of subjects) {
			const ended = await closedBefore(subject, options);
			if (ended) looked.set(subject, ended);
			else open.push(afresh(subject, options.began));
		}

		const sights = await lookAll(open, options.began);
		for (const [subject, sight] of sights) {
			if (sight.kind === "found") {
				const { url } = sight.head.object;
				const { job, ncaJobId } = subject;
				const body = successBody(job.id, ncaJobId, [url]);
				looked.set(
					subject,
					await put(subject, "recovered", sight.why, options, {
						via: "polling",
						body,
					}),
				);
			} else if (sight.kind === "unknown") end(subject, "error", sight.why);
		}

		const without = [...sights.keys()].filter((one) => !looked.has(one));
		const news = options.dryRun
			? new Map<Subject, News>()
			: await question(without, options.all);
		await watchNca(news);
		const answered = await sawFile(sights, news, options);
		for (const subject of without) {
			const sight = sights.get(subject);
			if (!sight) continue;
			looked.set(
				subject,
				await judge(subject, sight, news.get(subject), answered, options),
			);
		}
		if (!options.dryRun) await remember(looked);
		return [...looked.values()];
	};

	/** Of those that we closed already, and that are in processing all the same. */
	async function closedBefore(
		{ job, ncaJobId, known }: Subject,
		{ began, dryRun, ...options }: InspectOptions,
	): Promise<Looked | null> {
		const { settled } = known;
		if (settled === null) return null;
		if (settled.at > began)
			return said(job, "waiting", `closed a moment ago, via ${settled.via}`);
		if (needs.isToBeClosedAgain(settled, began)) {
			const why = `closed via ${settled.via} and set back since: to be closed again`;
			const urls = settled.files.map(({ url }) => url);
			const done = settled.outcome === "completed";
			const body = done
				? successBody(job.id, ncaJobId, urls)
				: failureBody(job.id, ncaJobId, settled.reason);
			return put(
				{ job, ncaJobId, known },
				done ? "recovered" : "failed",
				why,
				{ began, dryRun, ...options },
				{ via: settled.via, body },
			);
		}
		if (!dryRun) {
			const run = { jobId: job.id, ncaJobId };
			const facts = { by: "another hand", outcome: settled.outcome };
			await ledger.reopened(run, {
				...run,
				at: began,
				what: "set back",
				facts,
			});
			log.info(
				{ job_id: job.id, nca_job_id: ncaJobId },
				"job set back, judged anew",
			);
		}
		return null;
	}

	async function lookAll(
		subjects: readonly Subject[],
		began: number,
	): Promise<Map<Subject, Sight>> {
		const sights = await Promise.all(
			subjects.map(async (subject) =>
				now() - began > LOOKING_MS
					? []
					: [[subject, await look(subject)] as const],
			),
		);
		return new Map(sights.flat());
	}

	async function watchNca(news: ReadonlyMap<Subject, News>): Promise<void> {
		const words = [...news.values()].map((one) =>
			one.kind === "none" ? one.word : one.kind,
		);
		const isBusy = (word: NcaWord | null) =>
			word === "queued" || word === "running";
		if (words.every((word) => word === null)) return;
		await needs.watch.answered(words.filter(isBusy).length, now());
	}

	/** @returns whether Spaces has ever shown a file, the ones of this round included */
	async function sawFile(
		sights: ReadonlyMap<Subject, Sight>,
		news: ReadonlyMap<Subject, News>,
		{ dryRun }: InspectOptions,
	): Promise<boolean> {
		const found =
			[...sights.values()].some(
				({ kind }) => kind !== "absent" && kind !== "unknown",
			) || [...news.values()].some(({ kind }) => kind === "completed");
		if (found && !dryRun) await needs.spaces.sawFile();
		return found || needs.spaces.answered();
	}

	/** Of one whose file is not there. */
	async function judge(
		subject: Subject,
		sight: Sight,
		news: News | undefined,
		spacesAnswered: boolean,
		options: InspectOptions,
	): Promise<Looked> {
		if (news && news.kind !== "none") {
			const verdict = news.kind === "completed" ? "recovered" : "failed";
			const found = { via: "nca_status", body: news.body } as const;
			return put(subject, verdict, news.why, options, found);
		}
		const { job, ncaJobId, known } = subject;
		const { began, giveUp, overdue } = options;
		const nca = wordOf(known, news, began);
		const seenForMs = began - (known.stuckSince ?? began);
		const rules = { maxAgeMs: needs.maxAgeMs, byHand: giveUp };
		const stuck = {
			seenForMs,
			recordAgeMs: began - job.createdAt,
			fileIsAbsent: sight.kind === "absent",
			nca,
			spacesAnswered,
			tooMany: overdue > MOST_GIVEN_UP,
		};
		const whyNot = whyNotGivenUp(stuck, rules);
		const why = [sight.why, ...(news ? [news.why] : [])];
		if (whyNot === null) {
			const hours = Math.floor(
				Math.max(seenForMs, giveUp ? stuck.recordAgeMs : 0) / 3_600_000,
			);
			const reason = `timed out: neither a webhook nor a file within ${hours} hours`;
			const body = failureBody(job.id, ncaJobId, reason);
			const found = { via: "timeout", body } as const;
			return put(
				subject,
				"failed",
				[...why, reason].join("; "),
				options,
				found,
			);
		}
		// Before that time it is not worth a word.
		if (seenForMs >= rules.maxAgeMs || giveUp)
			why.push(`not given up: ${whyNot}`);
		return said(job, "waiting", why.join("; "));
	}

	/** What NCA said now, or within the last hour. */
	function wordOf(
		{ askedAt, ncaSaid }: StuckRun,
		news: News | undefined,
		at: number,
	): NcaWord | "not configured" | null {
		if (!needs.isNcaConfigured) return "not configured";
		if (news?.kind === "none" && news.word) return news.word;
		const isFresh = askedAt !== null && at - askedAt <= NCA_WORD_MS;
		return isFresh ? ncaSaid : null;
	}

	async function put(
		{ job, ncaJobId }: Subject,
		verdict: LookVerdict,
		why: string,
		{ dryRun }: InspectOptions,
		found: Pick<Found, "via" | "body">,
	): Promise<Looked> {
		if (dryRun) return said(job, verdict, why);
		const whole = { jobId: job.id, ncaJobId, ...found };
		const stored = await inbox.put(findingEntry(whole, needs.newId(), now()));
		if (stored.kind === "duplicate") {
			const before = "found before, and on its way to Airtable";
			return said(job, "waiting", `${why}; ${before}`);
		}
		needs.wake();
		return said(job, verdict, why);
	}

	async function remember(looked: ReadonlyMap<Subject, Looked>) {
		const looks = [...looked].map(([{ job, ncaJobId }, { verdict, why }]) => ({
			jobId: job.id,
			ncaJobId,
			verdict,
			why,
		}));
		await ledger.looked(looks, now());
	}
}
