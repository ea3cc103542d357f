import type { Expected } from "../../src/inbox/ledger/expected.ts";
import type { Ledger } from "../../src/inbox/ledger.ts";
import type { Arrival } from "../../src/settle/memory.ts";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { THE_RUN } from "./seen.ts";

/** How long a webhook may take before it is late. */
export const PATIENCE_MS = 5 * MINUTE;
export const DAY = 24 * HOUR;

export const announced = (more: Partial<Expected> = {}): Expected => ({
	...THE_RUN,
	operation: "combine",
	at: START,
	...more,
});

export const arrival = (more: Partial<Arrival> = {}): Arrival => ({
	...THE_RUN,
	via: "webhook",
	at: START,
	endpoint: null,
	workSeconds: null,
	patienceMs: PATIENCE_MS,
	...more,
});

export const overdue = (ledger: Ledger, limit = 10) =>
	ledger.overdue(START - HOUR, START + HOUR, limit);

export const figures = (ledger: Ledger, now = START, since = START - DAY) =>
	ledger.operationFigures(since, now, PATIENCE_MS);
