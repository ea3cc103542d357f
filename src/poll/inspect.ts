import type { Ledger, NcaWord, StuckRun } from "../inbox/ledger.ts";
import { atMost } from "../probe/at-most.ts";
import type { News } from "./ask.ts";
import { NCA_WORD_MS } from "./due.ts";
import { failureBody, type PutFinding, successBody } from "./finding.ts";
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
	put: PutFinding;
	setBack: (
		subject: Subject,
		began: number,
		dryRun: boolean,
	) => Promise<Looked | Subject>;
	spaces: { answered(): Promise<boolean>; sawFile(): Promise<void> };
	ledger: Pick<Ledger, "looked">;
	maxAgeMs: number;
	now: () => number;
};

/** A round's looking ends after this, ms; the jobs that were not reached are due in the next. */
const LOOKING_MS = 2 * 60_000;
const LOOKS_AT_ONCE = 16;

/**
 * Learns what became of stuck jobs, from Spaces first, then from NCA, and puts what it finds into the inbox. All are
 * looked for before any is given up.
 * @throws Transient where the inbox cannot take it
 */
export function createInspect(needs: Needs) {
	const { look, question, put, setBack, ledger, now } = needs;

	return async function inspect(
		subjects: readonly Subject[],
		options: InspectOptions,
	): Promise<Looked[]> {
		const { began, dryRun, all } = options;
		const looked = new Map<Subject, Looked>();
		const end = (subject: Subject, verdict: LookVerdict, why: string) =>
			looked.set(subject, said(subject.job, verdict, why));

		const open: Subject[] = [];
		for (const subject of subjects) {
			const one = await setBack(subject, began, dryRun);
			if ("verdict" in one) looked.set(subject, one);
			else open.push(one);
		}

		const sights = await lookAll(open, began);
		for (const [subject, sight] of sights) {
			if (sight.kind === "found") {
				const { url } = sight.head.object;
				const { job, ncaJobId } = subject;
				const body = successBody(job.id, ncaJobId, [url]);
				const found = { via: "polling", body } as const;
				const { why } = sight;
				looked.set(
					subject,
					await put(subject, "recovered", why, found, dryRun),
				);
			} else if (sight.kind === "unknown") end(subject, "error", sight.why);
		}

		const without = [...sights.keys()].filter((one) => !looked.has(one));
		const news = dryRun
			? new Map<Subject, News>()
			: await question(without, all);
		await watchNca(news);
		const answered = await sawFile(sights, news, dryRun);
		for (const subject of without) {
			const sight = sights.get(subject);
			if (!sight) continue;
			looked.set(
				subject,
				await judge(subject, sight, news.get(subject), answered, options),
			);
		}
		if (!dryRun) await remember(looked);
		return [...looked.values()];
	};

	async function lookAll(
		subjects: readonly Subject[],
		began: number,
	): Promise<Map<Subject, Sight>> {
		const inTurn = atMost(LOOKS_AT_ONCE);
		const sights = new Map<Subject, Sight>();
		const lookAt = async (subject: Subject) => {
			if (now() - began > LOOKING_MS) return;
			sights.set(subject, await look(subject));
		};
		await Promise.all(subjects.map((one) => inTurn(() => lookAt(one))));
		return sights;
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
		dryRun: boolean,
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
			return put(subject, verdict, news.why, found, options.dryRun);
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
			const whole = [...why, reason].join("; ");
			return put(subject, "failed", whole, found, options.dryRun);
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
