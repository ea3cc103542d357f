import express, { type Router } from "express";
import type { Inbox } from "../inbox/inbox.ts";
import { NCA_FINISHED } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Alerts } from "./alerts/alerts.ts";
import type { StatusAnswer } from "./described/status.ts";
import type { Figures } from "./figures.ts";
import { asTime } from "./times.ts";

type Needs = {
	figures: () => Promise<Figures>;
	alerts: Pick<Alerts, "open">;
	inbox: Pick<Inbox, "totals">;
	ledger: Pick<Ledger, "operationFigures" | "fact">;
	nca: { configured: boolean; hungSince: () => Promise<number | null> };
	/** How long a webhook may take before the poller looks, ms. */
	timeoutMs: number;
	/** How long what was expected is remembered, ms. */
	retentionMs: number;
	now: () => number;
};

/** `GET /status`: the figures, how each operation's webhooks came, and NCA, as JSON. */
export function createStatusRoute(needs: Needs): Router {
	const router = express.Router();
	router.get("/status", async (_req, res) => {
		const status: StatusAnswer = {
			...(await needs.figures()),
			operations: await operationsOf(needs),
			nca: await ncaOf(needs),
			alerts: await alertsOf(needs),
			endings: await needs.inbox.totals(),
		};
		res.json(status);
	});
	return router;
}

async function operationsOf({ ledger, now, retentionMs, timeoutMs }: Needs) {
	const operations = await ledger.operationFigures(
		now() - retentionMs,
		now(),
		timeoutMs,
	);
	return operations.map((one) => ({
		operation: one.operation,
		expected: one.expected,
		arrived: one.arrived,
		late: one.late,
		average_late_seconds: one.averageLateSeconds,
		never_arrived: one.neverArrived,
		p50_seconds: one.p50Seconds,
		p99_seconds: one.p99Seconds,
	}));
}

async function ncaOf({ nca, ledger }: Needs): Promise<StatusAnswer["nca"]> {
	return {
		configured: nca.configured,
		seems_hung: (await nca.hungSince()) !== null,
		last_finished: asTime(await ledger.fact(NCA_FINISHED)),
	};
}

async function alertsOf({ alerts }: Needs) {
	const open = await alerts.open();
	return open.map((one) => ({ ...one, since: asTime(one.since) }));
}
