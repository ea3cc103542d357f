import express, { type Router } from "express";
import type { EndingTotal, Inbox } from "../inbox/inbox.ts";
import { type Ledger, NCA_FINISHED } from "../inbox/ledger.ts";
import type { Acknowledgements } from "./acknowledgements.ts";

type Needs = {
	inbox: Pick<Inbox, "totals">;
	ledger: Pick<Ledger, "operationFigures" | "lateWebhooks" | "fact">;
	acknowledgements: Pick<Acknowledgements, "percentiles">;
	nca: { configured: boolean; hungSince: () => Promise<number | null> };
	/** How long a webhook may take before the poller looks, ms. */
	timeoutMs: number;
	/** How long what was expected is remembered, ms. */
	retentionMs: number;
	now: () => number;
};

/** `GET /status`: the figures, as JSON. */
export function createStatusRoute(needs: Needs): Router {
	const { inbox, ledger, nca, now } = needs;
	const router = express.Router();

	router.get("/status", async (_req, res) => {
		const totals = await inbox.totals();
		const operations = await ledger.operationFigures(
			now() - needs.retentionMs,
			now(),
			needs.timeoutMs,
		);
		const hungSince = await nca.hungSince();
		const { p50, p99 } = await needs.acknowledgements.percentiles();
		res.json({
			webhooks: { ack_p50_ms: p50, ack_p99_ms: p99 },
			recovery: recovery(totals, await ledger.lateWebhooks()),
			operations: operations.map((one) => ({
				operation: one.operation,
				expected: one.expected,
				arrived: one.arrived,
				late: one.late,
				average_late_seconds: one.averageLateSeconds,
				never_arrived: one.neverArrived,
				p50_seconds: one.p50Seconds,
				p99_seconds: one.p99Seconds,
			})),
			nca: {
				configured: nca.configured,
				seems_hung: hungSince !== null,
				last_finished: asTime(await ledger.fact(NCA_FINISHED)),
			},
			endings: totals,
		});
	});
	return router;
}

function recovery(totals: readonly EndingTotal[], late: number) {
	const sum = (matches: (one: EndingTotal) => boolean) =>
		totals
			.filter((one) => one.state === "done" && matches(one))
			.reduce((all, { total }) => all + total, 0);
	const closed = ({ verdict }: EndingTotal) =>
		/^(completed|failed)\b/.test(verdict) && !verdict.endsWith("itself");
	const byPolling = sum(
		(one) => closed(one) && (one.via === "polling" || one.via === "nca_status"),
	);
	const inferred = sum((one) => closed(one) && one.via === "polling");
	const delivered = sum((one) => closed(one) && one.via === "webhook");
	const wrong = sum(({ verdict }) => verdict.endsWith("a false positive"));
	return {
		recovered_by_polling: byPolling,
		false_positives: wrong,
		false_positive_rate: rate(wrong, inferred),
		webhook_loss_rate: rate(byPolling, byPolling + delivered),
		late_webhooks: late,
	};
}

/** From 0 to 1; null where nothing was measured. */
function rate(part: number, whole: number): number | null {
	return whole === 0 ? null : part / whole;
}

function asTime(ms: number | null): string | null {
	return ms ? new Date(ms).toISOString() : null;
}
