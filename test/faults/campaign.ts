import type { Write } from "../../src/sandbox/airtable.ts";
import type { Program } from "../../src/sandbox/program.ts";
import { startStandIns } from "../process/stand-ins.ts";
import { type Flood, postOnce, type Sent, startFlood } from "./flood.ts";
import { type FaultJob, makeFaultJob } from "./jobs.ts";
import { type Verdict, verify } from "./verify.ts";

type Options = {
	/** What the program is told beside where the stand-ins are. */
	env?: Record<string, string>;
	airtable?: { requestsPerSecond?: number; latencyMs?: number };
};

/**
 * Stand-ins and the program in a process of its own, floods of webhooks upon it, and the second pass that says what
 * came of every single one. A fault is what a test does to it meanwhile.
 */
export async function startCampaign({ env = {}, airtable }: Options = {}) {
	const writes: Write[] = [];
	const standIns = await startStandIns(
		// Slow enough that a process can end while a write is on its way.
		{ latencyMs: 4, ...airtable, onWrite: (write) => writes.push(write) },
		env,
	);
	let made = 0;
	let program: Program | null = null;
	let up = Promise.withResolvers<Program>();

	async function start(more: Record<string, string> = {}): Promise<Program> {
		program = await standIns.start(more);
		up.resolve(program);
		return program;
	}

	function running(): Program {
		if (program === null) throw new Error("the program does not run");
		return program;
	}

	function nextJob(): FaultJob {
		made += 1;
		return makeFaultJob(standIns, made - 1);
	}

	return {
		...standIns,
		/** Every write so far that Airtable took. */
		writes,
		/** Starts the program, on what it has kept. */
		start,
		running,
		/** Starts it, and kills it so many ms later. @returns whether it had started by then */
		async killInStart(ms: number): Promise<boolean> {
			const starting = standIns.start({}, AbortSignal.timeout(Math.ceil(ms)));
			const started = await starting.catch(() => null);
			await started?.exited;
			return started !== null;
		},
		/** Ends it with a signal, while senders go on; resolves with its exit code. */
		async stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
			const ending = running();
			const code = await ending.stop(signal);
			if (program === ending) {
				program = null;
				up = Promise.withResolvers();
			}
			return code;
		},
		/** Webhooks of new jobs, each posted once, to whoever runs then. */
		flood: (options: { senders?: number; restMs?: number } = {}): Flood =>
			startFlood({
				...options,
				nextJob,
				url: async () => (await up.promise).url,
			}),
		/** Posts the webhook of a new job, whatever became of those before. */
		async post(): Promise<Sent> {
			const job = nextJob();
			const began = performance.now();
			const answer = await postOnce(running().url, job);
			return { job, answer, ms: performance.now() - began };
		},
		/** Of a job, how many webhooks are recorded. */
		async webhooksOf({ id }: Pick<FaultJob, "id">): Promise<number> {
			const list = await fetch(`${running().url}/debug/webhooks?job_id=${id}`);
			const { items } = (await list.json()) as { items: { via: string }[] };
			return items.filter(({ via }) => via === "webhook").length;
		},
		/** The second pass. */
		verify: (
			sent: readonly Sent[],
			patience?: { withinMs?: number },
		): Promise<Verdict> =>
			verify({ ...standIns, writes, url: running().url }, sent, patience),
	};
}

export type Campaign = Awaited<ReturnType<typeof startCampaign>>;
