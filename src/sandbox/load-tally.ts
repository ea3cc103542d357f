import type { LogLine } from "./program.ts";

/** How far a load test is. */
export type Figures = {
	wanted: number;
	made: number;
	closed: number;
	/** How those were learnt of. */
	webhook: number;
	polling: number;
	ncaStatus: number;
	/** Closed a second, lately. */
	perSecond: number;
	/** From the file in Spaces to the closed job, ms; null before the first. */
	slowestMs: number | null;
	/** How long webhooks were kept waiting for their answer, ms: half of them no longer, and the slowest. */
	answers: { half: number; slowest: number } | null;
	elapsedMs: number;
};

/** Over which time the rate is taken, ms. */
const LATELY_MS = 5_000;

/** Counts what the program says it has done. @param now ms, of a clock that is never set back */
export function createTally(wanted: number, now: () => number) {
	let began = now();
	const made = new Map<string, string>();
	const files = new Map<string, number>();
	const closed = new Map<string, { at: number; via: string }>();
	const answers: number[] = [];
	const complaints = new Map<string, number>();

	function slowest(): number | null {
		const waits = [...closed].flatMap(([id, { at }]) => {
			const filed = files.get(made.get(id) ?? "");
			return filed === undefined ? [] : [at - filed];
		});
		return most(waits);
	}

	return {
		/** From here on the time counts. */
		begins(): void {
			began = now();
		},
		made(job: { id: string; ncaJobId: string }): void {
			made.set(job.id, job.ncaJobId);
		},
		/** @param name begins with NCA's id of its job, a UUID */
		file(name: string): void {
			files.set(name.slice(0, 36), now());
		},
		heard({ msg, level, job_id, via, ms, why }: LogLine): void {
			const id = String(job_id);
			if (msg === "job settled" && !closed.has(id)) {
				closed.set(id, { at: now(), via: String(via) });
			} else if (msg === "webhook received") {
				answers.push(Number(ms));
			} else if (level === "error" || level === "fatal") {
				const text = why ? `${msg}: ${why}` : msg;
				complaints.set(text, (complaints.get(text) ?? 0) + 1);
			}
		},
		/** What the program called an error, and how often. */
		complaints: (): ReadonlyMap<string, number> => complaints,
		figures(): Figures {
			const elapsedMs = now() - began;
			const all = [...closed.values()];
			const by = (way: string) => all.filter(({ via }) => via === way).length;
			const span = Math.min(Math.max(elapsedMs, 1), LATELY_MS);
			const lately = all.filter(({ at }) => now() - at < span).length;
			const sorted = answers.toSorted((a, b) => a - b);
			return {
				wanted,
				made: made.size,
				closed: closed.size,
				webhook: by("webhook"),
				polling: by("polling"),
				ncaStatus: by("nca_status"),
				perSecond: (lately / span) * 1000,
				slowestMs: slowest(),
				answers: sorted.length
					? {
							half: sorted[(sorted.length - 1) >> 1] ?? 0,
							slowest: sorted.at(-1) ?? 0,
						}
					: null,
				elapsedMs,
			};
		},
	};
}

/** Of thousands, which are too many for the arguments of `Math.max`. */
function most(values: readonly number[]): number | null {
	return values.reduce<number | null>(
		(max, value) => (max === null || value > max ? value : max),
		null,
	);
}
