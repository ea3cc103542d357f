import { type Html, html, prose } from "../html.ts";
import type { Overview } from "../overview.ts";
import { sign } from "../parts.ts";
import { failing, verdictOf } from "../verdict.ts";
import { count, percent, since } from "../words.ts";

/** Is it healthy, and if not, what is wrong and what to do. */
export function verdictSection(overview: Overview): Html {
	const { tone, word, line } = verdictOf(overview);
	return html`
<h2 class="verdict ${tone}" data-word="${word}">${sign(tone)}<strong>${word}</strong> <span>${line}</span></h2>
${problems(overview)}
${glance(overview)}`;
}

function problems(overview: Overview): Html | null {
	const { alerts, at } = overview;
	const others = failing(overview);
	if (alerts.length + others.length === 0) return null;
	const items = alerts.map(
		(alert) => html`<li data-key="${alert.id}">
<p>${alerts.length + others.length > 1 ? html`<strong class="title">${alert.title}</strong> ` : null}<span class="quiet">for ${since(alert.since, at)}:</span> ${alert.details}</p>
<p>${prose(alert.meaning)}</p>
<p class="remedy"><strong>What to do:</strong> ${prose(alert.remedy)}</p></li>`,
	);
	const more = others.map(
		({ name, since: from, why }) => html`<li data-key="${name}">
<p><strong class="title">${name} fails</strong> ${from === null ? null : html`<span class="quiet">for ${since(from, at)}:</span>`} ${why}</p>
<p>It is asked again by itself, and nothing is lost meanwhile.</p></li>`,
	);
	return html`<ul class="alerts" aria-label="Problems">${more}${items}</ul>`;
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
