import type { Recorded } from "../../../inbox/inbox.ts";
import { type Html, html, path } from "../html.ts";
import type { Overview } from "../overview.ts";
import { excerpt, jobLink, stateBadge, table } from "../parts.ts";
import { when } from "../words.ts";

/** The last requests that came, and what became of each. */
export function webhooksSection({ webhooks, at }: Overview): Html {
	if (webhooks.length === 0) {
		return html`<h2>Last webhooks</h2>
<p class="empty">No webhook has come yet. NCA posts to /webhooks/nca-toolkit.</p>`;
	}
	const columns = [
		{ label: "Received", kind: "thin" },
		{ label: "Verdict", kind: "wide" },
		{ label: "Job" },
		{ label: "From", kind: "thin" },
	] as const;
	const rows = webhooks.map((one) => ({
		key: one.id,
		cells: [
			html`<a href="${path`/debug/webhooks/${one.id}`}">${when(one.receivedAt, at)}</a>`,
			verdict(one),
			one.jobId || one.ncaJobId
				? jobLink(one.jobId ?? one.ncaJobId ?? "")
				: html`<span class="quiet">names none</span>`,
			html`${one.ip} <span class="quiet agent">${one.userAgent}</span>`,
		],
	}));
	return html`<h2>Last webhooks</h2>
${table("Last webhooks", columns, rows)}
<p class="more"><a href="/debug/webhooks">All that are kept</a></p>`;
}

/** Of what was not taken, what it was. */
function verdict({ state, reason, body }: Recorded): Html {
	const isOdd = state === "refused" || state === "parked";
	return html`${stateBadge(state)} <span class="why">${reason}</span> ${isOdd ? excerpt(body) : null}`;
}
