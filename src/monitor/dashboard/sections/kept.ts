import type { Recorded } from "../../../inbox/inbox.ts";
import { type Html, html, path } from "../html.ts";
import type { Overview } from "../overview.ts";
import { button, excerpt, jobLink, stateBadge, table } from "../parts.ts";
import { meaningOf } from "../reasons.ts";
import { count, when } from "../words.ts";

/** What is buried and what is parked: it stays until somebody acts, or the job is closed otherwise. */
export function keptSection(overview: Overview): Html {
	const { buried, parked, figures, at } = overview;
	const shown = [...buried, ...parked];
	if (shown.length === 0) {
		return html`<h2>Buried and parked</h2>
<p class="empty">Nothing is buried or parked.</p>`;
	}
	const columns = [
		{ label: "State" },
		{ label: "Why", kind: "wide" },
		{ label: "Job" },
		{ label: "Received", kind: "thin" },
		{ label: "Act", kind: "act" },
	] as const;
	const rows = shown.map((one) => ({
		key: one.id,
		cells: [
			stateBadge(one.state),
			why(one),
			one.jobId || one.ncaJobId
				? jobLink(one.jobId ?? one.ncaJobId ?? "")
				: html`<span class="quiet">names none</span>`,
			when(one.receivedAt, at),
			acts(one),
		],
	}));
	const total = figures.jobs.buried + figures.webhooks.parked;
	const more =
		total > shown.length
			? html`<p class="more">The newest ${count(shown.length)} of ${count(total)}. <a href="/debug/webhooks?status=buried">All that is buried</a>, <a href="/debug/webhooks?status=parked">all that is parked</a></p>`
			: null;
	return html`<h2>Buried and parked <span class="number">${count(total)}</span></h2>
${table("Buried and parked", columns, rows)}${more}`;
}

function why({ reason, body }: Recorded): Html {
	const meaning = meaningOf(reason);
	return html`<span class="why">${reason}</span> ${meaning && html`<span class="quiet">${meaning}</span>`} ${excerpt(body)}`;
}

function acts({ id, jobId, state }: Recorded): Html {
	const replay = button(path`/debug/webhooks/${id}/replay`, "Replay", id);
	const ofJob = (act: string, label: string) =>
		jobId && button(`${path`/debug/jobs/${jobId}`}/${act}`, label, jobId);
	return state === "buried"
		? (ofJob("retry", "Retry") ?? replay)
		: html`${replay}${ofJob("check", "Check")}`;
}
