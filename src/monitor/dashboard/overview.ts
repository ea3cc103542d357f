import type { Inbox, Recorded } from "../../inbox/inbox.ts";
import type { KnownJob, KnownJobs } from "../../inbox/ledger/known-jobs.ts";
import type { Tallies } from "../../inbox/ledger/tallies.ts";
import type { Figures } from "../figures.ts";
import { type Hour, lastDay } from "./hours.ts";

/** Something that is wrong now, as a person is told of it. */
type OpenAlert = {
	id: string;
	title: string;
	/** The facts of it. */
	details: string;
	/** ms since the epoch */
	since: number;
	meaning: string;
	remedy: string;
};

/** Something that the program needs, and how it was last. */
export type DependencyNow = {
	name: string;
	state: "unknown" | "ok" | "failing";
	/** ms since the epoch */
	since: number | null;
	why: string | null;
};

/** All that the page shows, of one moment. */
export type Overview = {
	/** ms since the epoch */
	at: number;
	figures: Figures;
	alerts: readonly OpenAlert[];
	dependencies: readonly DependencyNow[];
	/** The newest of them; as many as are shown. */
	stuck: readonly KnownJob[];
	buried: readonly Recorded[];
	parked: readonly Recorded[];
	/** Newest first. */
	webhooks: readonly Recorded[];
	/** Of the last 24 h, oldest first. */
	hours: readonly Hour[];
};

type Needs = {
	figures: () => Promise<Figures>;
	ledger: Pick<KnownJobs, "jobs"> & Pick<Tallies, "talliesByHour">;
	inbox: Pick<Inbox, "list">;
	alerts: () => Promise<readonly OpenAlert[]>;
	dependencies: () => readonly DependencyNow[];
	now: () => number;
};

/** More than these are counted, and to be had from the debug routes. */
const MOST_SHOWN = 20;
/** Our own findings stand between the webhooks. */
const MOST_LOOKED_THROUGH = 60;
const WEBHOOKS_SHOWN = 12;

/** Gathers what the page shows. @throws what the store throws where it cannot be read */
export function createOverview(needs: Needs): () => Promise<Overview> {
	const { ledger, inbox, now } = needs;

	return async () => {
		const at = now();
		const figures = await needs.figures();
		// Who looks for a state looks through all that is kept: not where there is none.
		const inState = (state: "parked" | "buried", number: number) =>
			number > 0 ? inbox.list({ state, limit: MOST_SHOWN }) : [];
		const recent = await inbox.list({ limit: MOST_LOOKED_THROUGH });
		return {
			at,
			figures,
			alerts: await needs.alerts(),
			dependencies: needs.dependencies(),
			stuck: await ledger.jobs({ state: "stuck", limit: MOST_SHOWN }),
			buried: await inState("buried", figures.jobs.buried),
			parked: await inState("parked", figures.webhooks.parked),
			webhooks: recent
				.filter(({ proof }) => proof !== "own")
				.slice(0, WEBHOOKS_SHOWN),
			hours: lastDay(await ledger.talliesByHour(at - 23 * HOUR), at),
		};
	};
}

const HOUR = 3_600_000;
