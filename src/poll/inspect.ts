import type { Ledger } from "../inbox/ledger.ts";
import type { HeadObject } from "../probe/spaces.ts";
import type { News } from "./ask.ts";
import { type PutFinding, successBody } from "./finding.ts";
import type { WithoutNews } from "./give-up.ts";
import { inGroups } from "./in-groups.ts";
import type { FoundHead, Sight } from "./look.ts";
import { lookAll } from "./look-all.ts";
import {
	type InspectOptions,
	type Looked,
	type Subject,
	said,
} from "./subject.ts";

type Needs = {
	/** HEADs of one round. */
	heads: () => HeadObject;
	look: (subject: Subject, head: HeadObject) => Promise<Sight>;
	question: (
		subjects: readonly Subject[],
		all: boolean,
		head: HeadObject,
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
	ledger: Pick<Ledger, "looked" | "fileSeen">;
	/** Gives up those of which nothing is to be learnt any more, and says why not the others. */
	giveUp: (
		left: readonly WithoutNews[],
		spacesAnswered: boolean,
		options: InspectOptions,
	) => Promise<Map<Subject, Looked>>;
	now: () => number;
};

/**
 * Learns what became of stuck jobs, from Spaces first, then from NCA, and puts what it finds into the inbox, as it
 * finds it. All are looked for before any is given up.
 * @throws Transient where the inbox cannot take it
 */
export function createInspect(needs: Needs) {
	const { question, put, setBack, giveUp, ledger, now } = needs;

	return async function inspect(
		subjects: readonly Subject[],
		options: InspectOptions,
	): Promise<Looked[]> {
		const { began, dryRun, all } = options;
		const head = remembering(needs.heads(), dryRun);
		const looked = new Map<Subject, Looked>();

		const open: Subject[] = [];
		const back = await inGroups(subjects, (one) => setBack(one, began, dryRun));
		for (const [nth, subject] of subjects.entries()) {
			const one = back[nth];
			if (one && "verdict" in one) looked.set(subject, one);
			else if (one) open.push(one);
		}

		const sights = await lookAll(needs, open, head, async (subject, sight) => {
			if (sight.kind === "found") {
				const { head, why } = sight;
				looked.set(subject, await recovered(subject, head, why, options));
			} else if (sight.kind === "unknown")
				looked.set(subject, said(subject.job, "error", sight.why));
		});

		// In their order: new ones are asked about first.
		const without = open.filter((one) => sights.has(one) && !looked.has(one));
		const news = dryRun
			? new Map<Subject, News>()
			: await question(without, all, head);
		await needs.watch.look();
		const answered = await sawFile(sights, news, dryRun);
		const weighed = without.flatMap((subject): WithoutNews[] => {
			const sight = sights.get(subject);
			return sight ? [{ subject, sight, news: news.get(subject) }] : [];
		});
		const words = await inGroups(weighed, (one) => byWord(one, options));
		for (const [nth, { subject }] of weighed.entries()) {
			const ended = words[nth];
			if (ended) looked.set(subject, ended);
		}
		const left = weighed.filter(({ subject }) => !looked.has(subject));
		for (const [subject, one] of await giveUp(left, answered, options))
			looked.set(subject, dryRun ? unasked(one) : one);
		if (!dryRun) await remember(looked, sights);
		return [...looked.values()];
	};

	/** A dry run asks NCA nothing, so what NCA would say is open. */
	function unasked(one: Looked): Looked {
		return needs.isNcaConfigured && one.verdict === "waiting"
			? { ...one, why: `${one.why}; a round asks NCA` }
			: one;
	}

	/** Settle need not ask again about what was found now. */
	function remembering(head: HeadObject, dryRun: boolean): HeadObject {
		return async (object) => {
			const one = await head(object);
			if (one.kind === "found" && !dryRun)
				await ledger.fileSeen(object.url, one.size, now());
			return one;
		};
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

	async function remember(
		looked: ReadonlyMap<Subject, Looked>,
		sights: ReadonlyMap<Subject, Sight>,
	) {
		// What nobody asked for is due in the next round.
		const wasLooked = ([subject]: [Subject, Looked]) => {
			const sight = sights.get(subject);
			return sight?.kind !== "unknown" || sight.asked;
		};
		const all = [...looked].filter(wasLooked);
		const looks = all.map(([{ job, ncaJobId }, { verdict, why }]) => ({
			jobId: job.id,
			ncaJobId,
			verdict,
			why,
		}));
		await ledger.looked(looks, now());
	}
}
