import type { EndingTotal } from "../inbox/inbox.ts";
import { RECEIVED } from "../inbox/ledger/facts.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { Figures } from "./figures.ts";
import {
	averageSeconds,
	LEAST_SUCCESS,
	rate,
	successRate,
	sumOf,
} from "./rates.ts";
import type { Stored } from "./stored.ts";
import { asTime } from "./times.ts";

const HOUR_MS = 3_600_000;
type Percentiles = Awaited<ReturnType<Acknowledgements["percentiles"]>>;

/** @param monitoring whether what is wrong is said */
export function webhookFigures(
	stored: Stored,
	{ p50, p99 }: Percentiles,
	monitoring: boolean,
): Figures["webhooks"] {
	const { counts, endings, depth } = stored;
	const received = sumOf(counts, RECEIVED);
	const processed = endedAs("done", endings);
	const failed =
		sumOf(counts, ["webhook malformed"]) + endedAs("buried", endings);
	return {
		status: statusOf(stored, received, monitoring),
		received,
		processed,
		failed,
		parked: depth.parked,
		duplicate: sumOf(counts, ["webhook duplicate"]),
		last_received: asTime(stored.lastReceived),
		per_hour: sumOf(stored.lastHour, RECEIVED),
		average_delay_seconds: averageSeconds(counts, "delay"),
		success_rate: rate(processed, processed + failed),
		ack_p50_ms: p50,
		ack_p99_ms: p99,
	};
}

/** A fixed sentence: others look for it. */
function statusOf(
	stored: Stored,
	received: number,
	monitoring: boolean,
): string {
	const { at, lastReceived, lastDay } = stored;
	if (received === 0 && !hasEnded(stored.endings))
		return "No webhooks received";
	if (!monitoring) return "Healthy";
	const isSilent = lastReceived === null || at - lastReceived > HOUR_MS;
	if (isSilent && stored.missedInLastHour)
		return "WARNING: No webhooks in last hour";
	const success = successRate(lastDay);
	return success !== null && success < LEAST_SUCCESS
		? `WARNING: Success rate ${percent(success)}%`
		: "Healthy";
}

/** Rounded down: what is below the bound must not be shown as the bound. */
function percent(part: number): string {
	// 0.57 * 1000 is 569.9999999999999.
	return (Math.floor(part * 1000 + 1e-6) / 10).toFixed(1);
}

/** Whether a webhook ever came to an end: a store of before they were counted as they come knows no other. */
export function hasEnded(endings: readonly EndingTotal[]): boolean {
	return endings.some(isOfWebhook);
}

function isOfWebhook({ task, via }: EndingTotal): boolean {
	return task === "outcome" && via === "webhook";
}

function endedAs(
	state: EndingTotal["state"],
	endings: readonly EndingTotal[],
): number {
	return endings
		.filter((one) => isOfWebhook(one) && one.state === state)
		.reduce((sum, { total }) => sum + total, 0);
}
