import type { Request, Response } from "express";
import { faultFields } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Section } from "./page.ts";

const MOST_LISTENERS = 20;
const EVERY_MS = 2_000;
/** After so many turns with nothing new, a word that it still lives: no proxy waits longer than 30 s. */
const QUIET_TURNS = 5;
/** Who has read nothing for so many turns is gone, or as good as gone. */
const DEAF_TURNS = 30;

type Needs = {
	/** @throws where the store cannot be read */
	make: () => Promise<readonly Section[]>;
	/** Does the work every so many ms, until what it returns is called. */
	every: (ms: number, work: () => void) => () => void;
	log: Log;
};

type Listener = {
	res: Response;
	/** What it has, by section. */
	marks: Map<string, string>;
	quietTurns: number;
	deafTurns: number;
};

/**
 * Sends what has changed on the page to those who look at it. All share one making of it, and while nobody looks
 * nothing is made.
 */
export function createLive({ make, every, log }: Needs) {
	const listeners = new Set<Listener>();
	let stop = () => {};
	let making = false;
	let isClosed = false;
	let failed = false;

	async function turn(): Promise<void> {
		// One that takes long must not pile up others behind it.
		if (making) return;
		making = true;
		try {
			const sections = await make();
			failed = false;
			for (const listener of listeners) tell(listener, sections);
		} catch (error) {
			if (!failed) log.warn(faultFields(error), "dashboard not made");
			failed = true;
			for (const listener of listeners) write(listener, "failed", "{}");
		} finally {
			making = false;
		}
	}

	function tell(listener: Listener, sections: readonly Section[]): void {
		if (!canHear(listener)) return;
		const { marks } = listener;
		const changed = sections.filter(({ id, mark }) => marks.get(id) !== mark);
		listener.quietTurns = changed.length > 0 ? 0 : listener.quietTurns + 1;
		for (const { id, mark, html } of changed) {
			marks.set(id, mark);
			const data = JSON.stringify({ id, mark, html: html.markup });
			write(listener, "section", data);
		}
		if (changed.length > 0 || listener.quietTurns % QUIET_TURNS === 0)
			write(listener, "alive", "{}");
	}

	/** What a slow reader has not read stays in our memory: it gets no more until it has, and the newest then. */
	function canHear(listener: Listener): boolean {
		const { res } = listener;
		listener.deafTurns = res.writableNeedDrain ? listener.deafTurns + 1 : 0;
		if (listener.deafTurns >= DEAF_TURNS) res.destroy();
		return listener.deafTurns === 0;
	}

	function write({ res }: Listener, event: string, data: string): void {
		if (!res.destroyed) res.write(`event: ${event}\ndata: ${data}\n\n`);
	}

	return {
		/** `GET /dashboard/events` */
		listen(req: Request, res: Response): void {
			const from = req.get("Sec-Fetch-Site") ?? "same-origin";
			if (from !== "same-origin" && from !== "none") {
				res.status(403).json({ error: "for this site's own page" });
				return;
			}
			if (isClosed || listeners.size >= MOST_LISTENERS) {
				res
					.status(503)
					.set("Retry-After", "10")
					.json({ error: "so many look already" });
				return;
			}
			res.writeHead(200, {
				"Content-Type": "text/event-stream",
				"X-Accel-Buffering": "no",
			});
			res.write("retry: 2000\n\n");
			const listener = {
				res,
				marks: new Map(),
				quietTurns: 0,
				deafTurns: 0,
			};
			listeners.add(listener);
			res.once("close", () => {
				listeners.delete(listener);
				if (listeners.size === 0) stop();
			});
			if (listeners.size === 1) stop = every(EVERY_MS, () => void turn());
			void turn();
		},
		/** Ends all streams, and takes no more listeners. */
		close(): void {
			isClosed = true;
			stop();
			for (const { res } of listeners) res.end();
		},
	};
}
