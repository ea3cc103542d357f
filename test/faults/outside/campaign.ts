import type { RequestHandler } from "express";
import { Transient } from "../../../src/errors.ts";
import type { DEADLINES } from "../../../src/wiring/world.ts";
import { composeFailure } from "../../bodies.ts";
import { post } from "../../jobs.ts";
import { MINUTE, setUpWithNca } from "../../set-up.ts";
import {
	bodyOf,
	isSettled,
	makeTrueJob,
	STUCK_MS,
	type TrueJob,
} from "./jobs.ts";
import { createAudit } from "./truth.ts";

const SECOND = 1000;
/** What is not over by then hangs, real ms: far beyond any deadline that a test sets. */
const HANGS_MS = 40 * SECOND;
/** When a fault is over all is settled within so many times two minutes. */
const MOST_STEPS_AFTER = 15;

export type Deadlines = typeof DEADLINES;
/** A webhook that came, and what it was acknowledged with. */
type Sent = { job: TrueJob; deliveryId: string };
export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * The program and its dependencies, its clock turned; jobs go on being made, of which some have their webhook, others
 * are for a round to find, and some are at work. Every write is held against the truth as it comes.
 */
export async function startWorld(
	deadlines?: Deadlines,
	env: Record<string, string> = {},
) {
	const bench = await setUpWithNca(env, deadlines);
	const { airtable, nca, clock, drain, poll, bringBack } = bench;
	const audit = createAudit(bench);
	const sent: Sent[] = [];
	const others: TrueJob[] = [];
	let refused = 0;
	let made = 0;
	let fault: RequestHandler | null = null;
	let met = 0;
	const meeting =
		(handler: RequestHandler): RequestHandler =>
		(req, res, next) => {
			met += 1;
			handler(req, res, next);
		};

	airtable.fault((req, res, next) => {
		if (req.method === "PATCH") audit.sent(req);
		const pass = () => {
			if (req.method === "PATCH") audit.applied(req);
			next();
		};
		if (fault) fault(req, res, pass);
		else pass();
	});

	function make(ends: TrueJob["ends"], ageMs?: number): TrueJob {
		const job = makeTrueJob(bench, made, ends, ageMs);
		made += 1;
		audit.know(job);
		return job;
	}

	async function webhook(): Promise<void> {
		const job = make(made % 5 === 4 ? "failed" : "completed");
		const body = bodyOf(bench, job);
		const answer = await post(bench, `job_id=${job.id}`, body);
		if (answer.status !== 200) refused += 1;
		else sent.push({ job, deliveryId: answer.body.delivery_id });
	}

	/** Three whose webhooks are lost: one with its file, one of which only NCA tells, one at work. */
	function stuck(): void {
		others.push(make("completed", STUCK_MS));
		const failed = make("failed", STUCK_MS);
		nca.say(
			failed.ncaJobId,
			"done",
			composeFailure(failed.id, failed.ncaJobId),
		);
		const atWork = make("nothing", STUCK_MS);
		nca.say(atWork.ncaJobId, "running");
		others.push(failed, atWork);
	}

	/** What the clock of the program does each minute; a dependency that is down keeps none of it from ending. */
	async function work(): Promise<void> {
		await ends(drain.once(), "a batch");
		await ends(poll.round().catch(later), "a round");
		await ends(bringBack.matchedIfDue().catch(later), "the look for records");
		await ends(drain.once(), "a batch");
	}

	return {
		...bench,
		sent,
		others,
		audit,
		make,
		webhook,
		stuck,
		/** Lets faults see what is asked of one of them, until null; those count as met. */
		fail: {
			airtable(how: RequestHandler | null) {
				fault = how && meeting(how);
			},
			spaces: (how: RequestHandler | null) =>
				bench.spaces.fault(how && meeting(how)),
			nca: (how: RequestHandler | null) => nca.fault(how && meeting(how)),
		},
		met: () => met,
		refused: () => refused,
		work,
		/** Webhooks and stuck jobs come while it works, for so long by the turned clock. */
		async live(steps: number, stepMs: number, webhooks = 2): Promise<void> {
			for (let nth = 0; nth < steps; nth += 1) {
				if (nth % 2 === 0) stuck();
				for (let n = 0; n < webhooks; n += 1) await webhook();
				await work();
				clock.advance(stepMs);
			}
		},
		/** Goes on until all stands as it must, or for so long that it never will. */
		async recover(): Promise<void> {
			const isRight = () =>
				[...others, ...sent.map(({ job }) => job)].every((job) =>
					isSettled(bench, job),
				);
			for (let nth = 0; nth < MOST_STEPS_AFTER && !isRight(); nth += 1) {
				// Rounds look at each every two minutes.
				clock.advance(2 * MINUTE);
				await work();
			}
			// What was attached is read back, and what is settled is found settled.
			await airtable.fetchAttachments();
			clock.advance(MINUTE);
			await work();
		},
	};
}

/** Only a dependency's fault is for later. */
function later(error: unknown): void {
	if (!(error instanceof Transient)) throw error;
}

/** @throws where it does not end */
async function ends<T>(work: Promise<T>, what: string): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => reject(new Error(`${what} hangs`)), HANGS_MS);
	try {
		return await Promise.race([work, promise]);
	} finally {
		clearTimeout(timer);
	}
}
