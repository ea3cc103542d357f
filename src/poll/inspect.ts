import type { Ledger } from "../inbox/ledger.ts";
import { atMost } from "../probe/at-most.ts";
import type { News } from "./ask.ts";
import { type PutFinding, successBody } from "./finding.ts";
import type { WithoutNews } from "./giving-up.ts";
import type { FoundHead, Sight } from "./look.ts";
import {
	type InspectOptions,
	type Looked,
	type LookVerdict,
	type Subject,
	said,
} from "./subject.ts";

type Needs = {
	look: (subject: Subject) => Promise<Sight>;
	question: (
		subjects: readonly Subject[],
		all: boolean,
	) => Promise<Map<Subject, News>>;
	isNcaConfigured: boolean;
	watch: { look(): Promise<void> };
	put: PutFinding;
	setBack: (
		subject: Subject,
		began: number,
		dryRun: boolean,
	) => Promise<Looked | Subject>;
	spaces: { answered(): Promise<boolean>; sawFile(): Promise<void> };
	ledger: Pick<Ledger, "looked">;
	/** Gives up those of which nothing is to be learnt any more, and says why not the others. */
	giveUp: (
		left: readonly WithoutNews[],
		spacesAnswered: boolean,
		options: InspectOptions,
	) => Promise<Map<Subject, Looked>>;
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
	const { look, question, put, setBack, giveUp, ledger, now } = needs;

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

		const sights = await lookAll(open);
		for (const [subject, sight] of sights) {
			if (sight.kind === "found") {
				const { head, why } = sight;
				looked.set(subject, await recovered(subject, head, why, options));
			} else if (sight.kind === "unknown") end(subject, "error", sight.why);
		}

		// In their order: new ones are asked about first.
		const without = open.filter((one) => sights.has(one) && !looked.has(one));
		const news = dryRun
			? new Map<Subject, News>()
			: await question(without, all);
		await needs.watch.look();
		const answered = await sawFile(sights, news, dryRun);
		const left: WithoutNews[] = [];
		for (const subject of without) {
			const sight = sights.get(subject);
			if (!sight) continue;
			const one = { subject, sight, news: news.get(subject) };
			const ended = await byWord(one, options);
			if (ended) looked.set(subject, ended);
			else left.push(one);
		}
		for (const [subject, one] of await giveUp(left, answered, options))
			looked.set(subject, one);
		if (!dryRun) await remember(looked);
		return [...looked.values()];
	};

	async function lookAll(
		subjects: readonly Subject[],
	): Promise<Map<Subject, Sight>> {
		const began = now();
		const inTurn = atMost(LOOKS_AT_ONCE);
		const sights = new Map<Subject, Sight>();
		const lookAt = async (subject: Subject) => {
			if (now() - began > LOOKING_MS) return;
			sights.set(subject, await look(subject));
		};
		await Promise.all(subjects.map((one) => inTurn(() => lookAt(one))));
		return sights;
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

	/** By its file alone. */
	async function recovered(
		subject: Subject,
		{ object }: FoundHead,
		why: string,
		{ dryRun }: InspectOptions,
	): Promise<Looked> {
		const { job, ncaJobId } = subject;
		const body = successBody(job.id, ncaJobId, [object.url]);
		return put(subject, "recovered", why, { via: "polling", body }, dryRun);
	}

	/** By NCA's word; or, where it has none, by what is most likely its only file. */
	async function byWord(
		{ subject, sight, news }: WithoutNews,
		options: InspectOptions,
	): Promise<Looked | null> {
		if (news && news.kind !== "none") {
			const verdict = news.kind === "completed" ? "recovered" : "failed";
			const found = { via: "nca_status", body: news.body } as const;
			return put(subject, verdict, news.why, found, options.dryRun);
		}
		const hasNoWord = !needs.isNcaConfigured || news?.word === "lost";
		return sight.kind === "part" && sight.head && hasNoWord
			? recovered(subject, sight.head, sight.why, options)
			: null;
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
