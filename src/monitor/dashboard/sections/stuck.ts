import type { KnownJob } from "../../../inbox/ledger/known-jobs.ts";
import type { NcaWord } from "../../../inbox/ledger/nca.ts";
import { type Html, html, path } from "../html.ts";
import type { Overview } from "../overview.ts";
import { button, jobLink, table } from "../parts.ts";
import { count, when } from "../words.ts";

const NCA_SAYS: Record<NcaWord, string> = {
	queued: "queued",
	running: "running",
	completed: "done, but no file shows it",
	failed: "failed",
	lost: "knows nothing of it",
	unreadable: "cannot be read",
};

/** What is stuck, and why. */
export function stuckSection({ stuck, figures, at }: Overview): Html {
	const total = Math.max(figures.jobs.stuck, stuck.length);
	if (total === 0) {
		return html`<h2>Stuck jobs</h2>
<p class="empty">Nothing is stuck.</p>`;
	}
	const columns = [
		{ label: "Job" },
		{ label: "Made", kind: "thin" },
		{ label: "Last look", kind: "wide" },
		{ label: "NCA says" },
		{ label: "Act", kind: "act" },
	] as const;
	const rows = stuck.map((job) => ({
		key: job.jobId,
		cells: [
			html`${jobLink(job.jobId)} <span class="quiet">${job.operation ?? "unknown operation"}</span>`,
			html`${when(job.createdAt, at)}`,
			lastLook(job, at),
			html`${job.ncaSaid ? NCA_SAYS[job.ncaSaid] : "not asked"}`,
			button(path`/debug/jobs/${job.jobId}/check`, "Check", job.jobId),
		],
	}));
	const more =
		total > stuck.length
			? html`<p class="more">The newest ${count(stuck.length)} of ${count(total)}. <a href="/debug/jobs?state=stuck">All of them</a></p>`
			: null;
	return html`<h2>Stuck jobs <span class="number">${count(total)}</span></h2>
${table("Stuck jobs", columns, rows)}${more}`;
}

function lastLook({ looked, checkedAt }: KnownJob, at: number): Html {
	if (checkedAt === null) return html`<span class="quiet">not yet</span>`;
	const why = looked ? html`${looked.verdict}: ${looked.why}` : null;
	return html`<span class="quiet">${when(checkedAt, at)}</span> <span class="why">${why}</span>`;
}
