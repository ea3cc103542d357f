import { mappedOperation } from "../airtable/job-record.ts";
import type { NcaWord } from "../inbox/ledger/nca.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Reading } from "../job.ts";
import type { Log } from "../log.ts";
import type { AskNca, NcaAnswer } from "../probe/nca.ts";
import { bears, MOST_FILES, type StoredObject } from "../probe/object.ts";
import type { HeadObject } from "../probe/spaces.ts";
import { isAskDue } from "./due.ts";
import { UNREADABLE } from "./give-up-rules.ts";
import { inWords } from "./look.ts";
import type { Subject } from "./subject.ts";

/** Each question leaves a file on NCA. */
const MOST_QUESTIONS = 20;
/** NCA may be slow: so long a round asks, ms, and leaves the rest to the next. */
const ASKING_MS = 10_000;

/** What NCA's answer comes to. */
export type News =
	/** Ended, as this webhook would have said; of a success, every file that it names is there. */
	| {
			kind: "completed" | "failed";
			body: Record<string, unknown>;
			why: string;
	  }
	/** Nothing to close it by. `word` null: it did not answer. */
	| { kind: "none"; word: NcaWord | null; why: string };

type Needs = {
	/** null: NCA is not configured. */
	ask: AskNca | null;
	locate: (url: string) => StoredObject | null;
	/** A webhook's body in our words. */
	read: (body: Record<string, unknown>) => Reading;
	ledger: Pick<Ledger, "ncaSaid">;
	log: Log;
	now: () => number;
};

/** Asks NCA about runs whose file is not there, each as often as its age allows. */
export function createQuestions(needs: Needs) {
	const { ask, ledger, now } = needs;

	/** @param all whether each is asked for, however lately it was */
	return async function question(
		subjects: readonly Subject[],
		all: boolean,
		head: HeadObject,
	): Promise<Map<Subject, News>> {
		const news = new Map<Subject, News>();
		if (ask === null) return news;
		const began = now();
		// Each has its turn: those first whose answer is oldest, or is none; of those, new ones.
		const inTurn = subjects
			.filter((one) => all || isAskDue(one, began))
			.toSorted((a, b) => (a.known.askedAt ?? 0) - (b.known.askedAt ?? 0));
		for (const subject of inTurn.slice(0, MOST_QUESTIONS)) {
			if (now() - began > ASKING_MS) break;
			const answer = await ask(subject.ncaJobId);
			const one = await newsOf({ ...needs, head }, subject, answer);
			news.set(subject, one);
			await remember(subject, one);
		}
		return news;
	};

	async function remember({ job, ncaJobId, known }: Subject, news: News) {
		const word = news.kind === "none" ? news.word : news.kind;
		if (word === null) return;
		if (word === "completed" && news.kind === "none" && known.ncaSaid !== word)
			needs.log.warn(
				{ job_id: job.id, nca_job_id: ncaJobId, why: news.why },
				"nca says done, and nothing shows it",
			);
		const run = { jobId: job.id, ncaJobId };
		const facts = { said: word, why: news.why };
		await ledger.ncaSaid(run, word, {
			...run,
			at: now(),
			what: "nca answered",
			facts,
		});
	}
}

async function newsOf(
	needs: Needs & { head: HeadObject },
	{ job, ncaJobId }: Subject,
	answer: NcaAnswer,
): Promise<News> {
	switch (answer.kind) {
		case "queued":
		case "running":
			return {
				kind: "none",
				word: answer.kind,
				why: `NCA says ${answer.kind}`,
			};
		case "lost":
			return { kind: "none", word: "lost", why: answer.why };
		case "unreadable":
			return {
				kind: "none",
				word: "unreadable",
				why: UNREADABLE,
			};
		case "unknown":
			return { kind: "none", word: null, why: answer.why };
	}
	const { body } = answer;
	const { verdict, ncaJobId: named } = needs.read(body);
	if (named !== ncaJobId)
		return { kind: "none", word: null, why: "NCA answered of another job" };
	if (verdict.kind === "failed") {
		const why = `NCA says it failed: ${verdict.reason.slice(-200)}`;
		return { kind: "failed", body, why };
	}
	const urls = verdict.kind === "completed" ? verdict.urls : [];
	const objects = urls.map(needs.locate);
	if (urls.length === 0) return done("names no file");
	if (urls.length > MOST_FILES) return done("names too many files");
	if (!objects.every((object) => object !== null))
		return done("names a file that is not under SPACES_BASE_URL");
	const isMapped = mappedOperation(job) !== null;
	if (isMapped && !objects.every(({ name }) => bears(name, ncaJobId)))
		return done("names a file that does not bear its id");
	const heads = await Promise.all(objects.map(needs.head));
	const missing = heads.find((head) => head.kind !== "found");
	if (missing) return done(inWords(missing));
	const why = `NCA says done: ${heads.map(inWords).join("; ")}`;
	return { kind: "completed", body, why };
}

/** It says that it has done it, but nothing shows it: a person must look. */
function done(why: string): News {
	return { kind: "none", word: "completed", why: `NCA says done, but ${why}` };
}
