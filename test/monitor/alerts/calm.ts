import type { Snapshot } from "../../../src/monitor/alerts/snapshot.ts";
import { MINUTE, START } from "../../set-up.ts";

/** Nothing is wrong. */
export function calm(at = START): Snapshot {
	return {
		at,
		webhooks: {
			ever: true,
			lastHour: 3,
			missedLastHour: false,
			missedLastDay: false,
		},
		endings: { done: 30, failed: 0 },
		closes: { recovered: 0, delivered: 30 },
		shelved: [],
		refused: { count: 0, reasons: [] },
		airtable: {
			heard: { state: "ok", since: at, status: 200, why: null },
			calls: 100,
			limit: null,
		},
		held: 0,
		ncaHungSince: null,
		poller: { intervalMs: 2 * MINUTE, lastEndedAt: at - MINUTE, pacedAt: 0 },
		disk: { free: 5e9, total: 10e9 },
		destroyed: [],
	};
}
