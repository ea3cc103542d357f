import type { Lease } from "../../inbox/lease.ts";
import type { Ledger } from "../../inbox/ledger.ts";
import type { Log } from "../../log.ts";
import type { Alert } from "./causes/cause.ts";
import { causes } from "./causes.ts";
import { createNotes } from "./notes.ts";
import { asLine, type Channel, type Notice } from "./notice.ts";
import type { Snapshot } from "./snapshot.ts";
import { createStates } from "./state.ts";
import { createTell } from "./tell.ts";

/** So long what is being sent has when the process stops, ms. */
const GRACE_MS = 1_000;
/** What was found is shown for so long without another look, ms. */
const FRESH_MS = 2 * 60_000;

/** Something that is wrong now. */
type OpenAlert = Pick<
	Notice,
	"title" | "since" | "details" | "meaning" | "remedy"
> & { id: string };

export type Alerts = {
	/** Judges everything once, and tells what has changed. @throws where the store cannot answer */
	look(): Promise<void>;
	/** What is wrong now, in a fixed order. */
	open(): Promise<OpenAlert[]>;
	/** Nothing more is told; what is being told has a second. */
	stop(): void;
};

type Needs = {
	/** ENABLE_WEBHOOK_MONITORING */
	enabled: boolean;
	gather: () => Promise<Snapshot>;
	channels: readonly Channel[];
	ledger: Pick<Ledger, "fact" | "note">;
	/** Who drains tells, and nobody else. */
	lease: Pick<Lease, "held">;
	/** Text from outside without what is secret. */
	redact: (text: string) => string;
	/** Where an operator reaches us; absent: links are paths. */
	baseUrl: string | undefined;
	/** For the whole of one message, ms. */
	deadlineMs: number;
	log: Log;
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

/** Tells operators when something goes wrong, and when it is over: each change once, though the process restarts. */
export function createAlerts(needs: Needs): Alerts {
	const { enabled, lease, log, now, baseUrl = "" } = needs;
	const notes = createNotes(needs.ledger);
	const states = createStates({ notes, log, now });
	const stopped = new AbortController();
	let stopping = false;
	let details = new Map<string, string>();
	let lookedAt = Number.NEGATIVE_INFINITY;
	const tell = createTell({
		...needs,
		causes,
		states,
		notes,
		noticeOf: async (cause, event, since) => noticeOf(cause, event, since),
		mayTell: () => !stopping && lease.held(),
		stopped: stopped.signal,
	});

	/** @param change is called with what each cause comes to */
	async function judge(change?: typeof states.change): Promise<void> {
		const snapshot = await needs.gather();
		const found = new Map<string, string>();
		for (const cause of causes) {
			const { id } = cause;
			const isOpen = (await states.since(id)) > 0;
			const finding = cause.look(snapshot, isOpen);
			if (finding === "unknown") {
				found.set(id, details.get(id) ?? "");
				continue;
			}
			const line = finding ? asLine(needs.redact(finding.details)) : "";
			if (finding) found.set(id, line);
			await change?.(cause, finding, line);
		}
		details = found;
		lookedAt = now();
	}

	function noticeOf(
		{ id, title, meaning, remedy, page }: Alert,
		event: Notice["event"],
		since: number,
	): Notice {
		const links = [...new Set(["/dashboard", page])];
		return {
			event,
			cause: id,
			title,
			since,
			at: now(),
			details: details.get(id) ?? "",
			meaning,
			remedy,
			links: links.map((path) => `${baseUrl}${path}`),
		};
	}

	return {
		async look() {
			if (!enabled || stopping || !lease.held()) return;
			await notes.saveAgain();
			await judge(states.change);
			await Promise.all(needs.channels.map(tell));
		},
		async open() {
			if (!enabled) return [];
			const open: (Alert & { since: number })[] = [];
			for (const cause of causes) {
				const since = await states.since(cause.id);
				if (since > 0) open.push({ ...cause, since });
			}
			// Another machine looks each minute, and has told the facts alone.
			if (open.length > 0 && now() - lookedAt > FRESH_MS) await judge();
			return open.map(({ id, title, since, meaning, remedy }) => ({
				id,
				title,
				since,
				details: details.get(id) ?? "",
				meaning,
				remedy,
			}));
		},
		stop() {
			stopping = true;
			setTimeout(() => stopped.abort(), GRACE_MS).unref();
		},
	};
}
