import { type Html, html } from "../html.ts";
import type { Overview } from "../overview.ts";
import { sign } from "../parts.ts";
import { verdictOf } from "../verdict.ts";
import { count, percent, since } from "../words.ts";

/** Is it healthy, and if not, what is wrong and what to do. */
export function verdictSection(overview: Overview): Html {
	const { tone, word, line } = verdictOf(overview);
	return html`
<h2 class="verdict ${tone}" data-word="${word}">${sign(tone)}<strong>${word}</strong> <span>${line}</span></h2>
${alerts(overview)}
${glance(overview)}`;
}

function alerts({ alerts, at }: Overview): Html | null {
	if (alerts.length === 0) return null;
	const items = alerts.map(
		(alert) => html`<li data-key="${alert.id}">
<p>${alerts.length > 1 ? html`<strong class="title">${alert.title}</strong> ` : null}<span class="quiet">for ${since(alert.since, at)}</span> ${alert.details}</p>
<p>${alert.meaning}</p>
<p class="remedy"><strong>What to do:</strong> ${alert.remedy}</p></li>`,
	);
	return html`<ul class="alerts" aria-label="Open alerts">${items}</ul>`;
}

function glance({ figures }: Overview): Html {
	const { webhooks, jobs, recovery } = figures;
	const one = (label: string, value: string, urgent = false) =>
		html`<div class="${urgent ? "urgent" : ""}"><dt>${label}</dt><dd>${value}</dd></div>`;
	return html`<dl class="glance">
${one("Stuck jobs", count(jobs.stuck), jobs.stuck > 0)}
${one("Buried", count(jobs.buried), jobs.buried > 0)}
${one("Parked", count(webhooks.parked))}
${one("To be settled", count(jobs.waiting))}
${one("Webhooks/hour", count(webhooks.per_hour))}
${one("Webhooks lost", percent(recovery.webhook_loss_rate))}
</dl>`;
}
