import type { Figures } from "../../figures.ts";
import { MOST_USED } from "../../quota.ts";
import { type Html, html } from "../html.ts";
import type { Overview } from "../overview.ts";
import { count, measured, percent } from "../words.ts";

const inMs = (seconds: number | null) =>
	seconds === null ? null : seconds * 1000;

/** How long things take, and how often they go wrong. */
export function figuresSection({ figures }: Overview): Html {
	const { webhooks, jobs, recovery, airtable } = figures;
	const row = (label: string, value: string) =>
		html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
	return html`<h2>Times and rates</h2>
<dl class="figures">
${row("NCA waits for our answer", `${measured(webhooks.ack_p50_ms)}, p99 ${measured(webhooks.ack_p99_ms)}`)}
${row("Webhook, after the job was made", measured(inMs(webhooks.average_delay_seconds)))}
${row("Job closed, after it was made", measured(inMs(jobs.average_processing_seconds)))}
${row("Recovered, after it was made", measured(inMs(recovery.average_recovery_seconds)))}
${row("Success rate", percent(webhooks.success_rate))}
${row("Late webhooks", count(recovery.late_webhooks))}
${row("Recovered wrongly", count(recovery.false_positives))}
${row("Longest waiting for Airtable", measured(inMs(airtable.oldest_waiting_seconds)))}
</dl>
${calls(airtable)}`;
}

/** The month's calls, against the limit where there is one. */
function calls({
	calls_this_month: calls,
	monthly_limit: limit,
	throttled,
}: Figures["airtable"]): Html {
	const refused =
		throttled > 0 ? `, ${count(throttled)} refused as too many` : "";
	if (limit === null) {
		return html`<p class="calls">Airtable: <strong>${count(calls)}</strong> calls this month${refused}</p>`;
	}
	const part = calls / limit;
	const warning = part >= MOST_USED ? " – nearly used up" : "";
	return html`<p class="calls"><label for="calls">Airtable: <strong>${count(calls)}</strong> of ${count(limit)} calls this month, ${percent(Math.min(part, 9.99))}${warning}${refused}</label>
<meter id="calls" min="0" max="${limit}" high="${limit * MOST_USED}" optimum="0" value="${calls}"></meter></p>`;
}
