import { setTimeout as pause } from "node:timers/promises";
import type { AirtableStandIn, Write } from "../../src/sandbox/airtable.ts";
import type { Sent } from "./flood.ts";
import { type FaultJob, standing } from "./jobs.ts";

/** What is wrong of the jobs of a campaign, each by its id and what is wrong; and how many there were of what. */
export type Verdict = {
	/** Answered with 200. */
	acknowledged: number;
	/** Answered otherwise. */
	refused: number;
	/** Not answered. */
	unanswered: number;
	/** Of those that were not acknowledged: closed all the same, by a webhook whose answer was lost or by polling. */
	found: number;
	/** Acknowledged, and not done. */
	lost: string[];
	/** What was final was written otherwise, or attached again. */
	writtenTwice: string[];
	/** Neither as it was made nor as NCA's word has it. */
	wrong: string[];
	/** What `/health` answers; 0: nothing. */
	health: number;
};

type World = {
	url: string;
	airtable: AirtableStandIn;
	writes: readonly Write[];
};

type Patience = {
	/** How long what was acknowledged may take, ms. */
	withinMs?: number;
};

/**
 * The second pass: waits until what was acknowledged is done, asks for every single one, has a round look for the
 * others, and says what is wrong.
 */
export async function verify(
	world: World,
	sent: readonly Sent[],
	{ withinMs = 60_000 }: Patience = {},
): Promise<Verdict> {
	const { url, airtable } = world;
	const kept = sent.filter(({ answer }) => answer.kind === "acknowledged");
	const others = sent.filter(({ answer }) => answer.kind !== "acknowledged");
	const states = await statesOf(world, kept, withinMs);
	const lost = kept.flatMap((one) => {
		const state = states.get(one) ?? "not recorded";
		const stands = standing(world, one.job);
		return state === "done" && stands === "settled"
			? []
			: [`${one.job.id}: its delivery is ${state}, its job ${stands}`];
	});

	await lookFor(
		world,
		others.map(({ job }) => job),
		withinMs,
	);
	const stands = others.map(({ job }) => ({ job, is: standing(world, job) }));
	const wrong = stands
		// Of a failure only its webhook tells: nothing is to be found.
		.filter(({ job, is }) => is === "otherwise" || mayBeFound(job, is))
		.map(({ job, is }) => `${job.id}: ${job.ends} at NCA, ${is}`);
	return {
		acknowledged: kept.length,
		refused: others.filter(({ answer }) => answer.kind === "refused").length,
		unanswered: others.filter(({ answer }) => answer.kind === "unanswered")
			.length,
		found: stands.filter(({ is }) => is === "settled").length,
		lost,
		writtenTwice: [...writtenOver(world.writes), ...notedTwice(airtable, sent)],
		wrong,
		health: await healthOf(url),
	};
}

/** The counts alone, for a line. */
export function countsOf(verdict: Verdict): Record<string, number> {
	const { lost, writtenTwice, wrong, health: _health, ...counts } = verdict;
	return {
		...counts,
		lost: lost.length,
		"written twice": writtenTwice.length,
		wrong: wrong.length,
	};
}

/** What a campaign must come to. */
export const NOTHING_WRONG = {
	lost: [],
	writtenTwice: [],
	wrong: [],
	health: 200,
};

async function healthOf(url: string): Promise<number> {
	const answered = fetch(`${url}/health`).then(({ status }) => status);
	return answered.catch(() => 0);
}

/** Whether it could have been found, and was not. */
const mayBeFound = (job: FaultJob, is: ReturnType<typeof standing>) =>
	job.ends === "completed" && is === "untouched";

/** The state of each delivery by its id, asked for until it is done, or for so long. */
async function statesOf(
	{ url }: World,
	kept: readonly Sent[],
	withinMs: number,
): Promise<Map<Sent, string>> {
	const states = new Map<Sent, string>();
	const deadline = performance.now() + withinMs;
	let left = kept;
	while (left.length > 0) {
		await inTurns(left, async (one) => {
			states.set(one, await stateOf(url, one));
		});
		left = left.filter((one) => states.get(one) !== "done");
		if (performance.now() > deadline) break;
		await pause(100);
	}
	return states;
}

async function stateOf(url: string, { job, answer }: Sent): Promise<string> {
	if (answer.kind !== "acknowledged") return "not acknowledged";
	const response = await fetch(`${url}/debug/webhooks/${answer.deliveryId}`);
	if (!response.ok) return `answered with ${response.status}`;
	const found = (await response.json()) as {
		status: string;
		job_id: string;
	};
	return found.job_id === job.id ? found.status : `of ${found.job_id}`;
}

/** Has a round look for jobs, however young, until what can be found is closed. */
async function lookFor(
	world: World,
	jobs: readonly FaultJob[],
	withinMs: number,
): Promise<void> {
	const toFind = jobs.filter(({ ends }) => ends === "completed");
	const deadline = performance.now() + withinMs;
	const isLeft = () =>
		toFind.some((job) => standing(world, job) !== "settled") &&
		performance.now() < deadline;
	while (isLeft()) {
		await fetch(`${world.url}/debug/check-stuck-jobs`, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ older_than_minutes: 0 }),
		});
		for (let nth = 0; nth < 20 && isLeft(); nth += 1) await pause(100);
	}
}

async function inTurns<T>(
	all: readonly T[],
	work: (one: T) => Promise<void>,
): Promise<void> {
	const left = [...all];
	const worker = async () => {
		for (let one = left.pop(); one !== undefined; one = left.pop())
			await work(one);
	};
	await Promise.all(Array.from({ length: 8 }, worker));
}

/** Fields whose value is final once a job or its target is closed. */
function writtenOver(writes: readonly Write[]): string[] {
	return writes.flatMap(({ table, id, before, given }) => {
		const isClosed = before["Response Payload"] !== undefined;
		return Object.entries(given).flatMap(([field, value]) => {
			const held = before[field];
			if (Array.isArray(held) && held.length > 0)
				return [`${table} ${id}: ${field} was attached again`];
			const isOther = isClosed && meant(held) !== meant(value);
			return isOther && field !== "Notes"
				? [`${table} ${id}: ${field} was ${held}, became ${value}`]
				: [];
		});
	});
}

/** The same for the same meaning: when it was written does not count, nor how emptiness is written. */
function meant(value: unknown): string {
	if (value === null || value === undefined || value === "") return "";
	return String(value).replace(/"settled_at":"[^"]*"/, "");
}

/** Jobs whose notes say the same twice. */
function notedTwice(
	airtable: AirtableStandIn,
	sent: readonly Sent[],
): string[] {
	return sent.flatMap(({ job }) => {
		const notes = String(airtable.get("Jobs", job.id).Notes ?? "");
		const said = notes.split("\n").filter((line) => line.trim() !== "");
		return new Set(said).size < said.length ? [`${job.id}: noted twice`] : [];
	});
}
