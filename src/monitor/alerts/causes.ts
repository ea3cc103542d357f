import type { Snapshot } from "./snapshot.ts";

const MINUTE_MS = 60_000;
const MB = 1_000_000;
const LEAST_SUCCESS = 0.9;
const MOST_LOST = 0.1;
/** Of fewer closes in a day, one lost webhook at night would be a mail. */
const LEAST_CLOSES = 5;
const MOST_QUOTA = 0.8;
/** Airtable's own word that it will go on refusing: the token, the plan, the permissions, the base. */
const AT_ONCE: readonly (number | null)[] = [401, 402, 403, 404];
/** What may pass by itself is told when it has lasted so long, ms. */
const PASSING_MS = 10 * MINUTE_MS;
/** The poller is silent when so many intervals went by without a round. */
const INTERVALS = 3;

/** That it is so, with the facts of it; `since`, ms since the epoch, where that is known. */
export type Finding = { details: string; since?: number };

export type Cause = {
	/** Never another's, nor changed: facts are kept under it. */
	id: string;
	title: string;
	meaning: string;
	remedy: string;
	/** The page that shows it. */
	page: string;
	/** null: it is not so; `unknown`: it is as it was. @param isOpen whether it was so the last time */
	look(snapshot: Snapshot, isOpen: boolean): Finding | null | "unknown";
};

/** Everything that an operator is told of by himself. */
export const causes: readonly Cause[] = [
	{
		id: "webhooks_missing",
		title: "webhooks missing",
		meaning:
			"NCA posts each webhook once. It sends none, or sends them elsewhere, or something on the way refuses them. Polling closes the jobs meanwhile, later.",
		remedy:
			"Run `npm run doctor`, which tests the address that NCA is given, and `npm run check:webhook -- --from-nca`, which has NCA send one. What was refused is listed under the link.",
		page: "/debug/webhooks?status=refused",
		look({ webhooks }, isOpen) {
			const { ever, lastHour, missedLastHour, missedLastDay } = webhooks;
			if (lastHour > 0) return null;
			if (!ever && missedLastDay)
				return { details: "one is overdue, and none has ever come" };
			// Over is it when one comes, not because an hour went by without a job.
			return missedLastHour || (isOpen && missedLastDay)
				? { details: "one is overdue, and none came within the last hour" }
				: null;
		},
	},
	{
		id: "success_low",
		title: "success rate low",
		meaning:
			"More than a tenth of the webhooks of the last 24 hours could not be read, or could not be dealt with.",
		remedy:
			"Look at what is buried and why, mend that, and retry it. Webhooks that are not JSON are listed as refused.",
		page: "/debug/webhooks?status=buried",
		look({ endings: { done, failed } }) {
			const all = done + failed;
			if (all === 0 || done / all >= LEAST_SUCCESS) return null;
			const part = ((100 * done) / all).toFixed(1);
			return { details: `${done} of ${all} succeeded, ${part} %` };
		},
	},
	{
		id: "loss_high",
		title: "loss rate high",
		meaning:
			"More than a tenth of the jobs closed within the last 24 hours were found by polling: their webhooks came late or never. Fewer than five jobs in that time are not judged.",
		remedy:
			"Run `npm run doctor` and `npm run check:webhook -- --from-nca`; the timeline of a job shows whether its webhook came at all.",
		page: "/dashboard",
		look({ closes: { recovered, delivered } }) {
			const all = recovered + delivered;
			if (all < LEAST_CLOSES || recovered / all <= MOST_LOST) return null;
			return { details: `${recovered} of ${all} jobs were found by polling` };
		},
	},
	{
		id: "delivery_buried",
		title: "delivery buried",
		meaning:
			"A delivery of a known job was given up, or a success was reported whose file cannot be found. Its job stays as it is until a person decides.",
		remedy:
			"Read the job's timeline, mend the cause, and retry it: `POST /debug/jobs/{job_id}/retry`; or say what you know: `POST /debug/jobs/{job_id}/settle`.",
		page: "/dashboard",
		look({ shelved }) {
			if (shelved.length === 0) return null;
			return {
				details: shelved
					.map(({ id, jobId, why }) => `${id} of ${jobId}: ${why}`)
					.join("; "),
			};
		},
	},
	{
		id: "field_refused",
		title: "field refused",
		meaning:
			"Airtable refuses a field without which a job must not be closed. The jobs stay open, and their deliveries wait.",
		remedy:
			"Add the field, or the option of its select, to the table, under exactly that name. What waits is then written by itself within ten minutes. `npm run doctor` checks every field.",
		page: "/debug/webhooks?status=retry",
		look({ refused: { count, reasons } }) {
			if (count === 0) return null;
			const waiting = `${count} waiting`;
			return { details: [waiting, ...reasons].join("; ") };
		},
	},
	{
		id: "airtable_refusing",
		title: "airtable refusing",
		meaning:
			"Airtable takes nothing from us: a refused token (401, 403), a used-up plan (402, 429), a base or table that is not there (404), or a fault of its own. Webhooks are still taken, and are written when it is over.",
		remedy:
			"Run `npm run doctor`: it tests the token, its scopes, the base and its tables. Of 429 and 5xx see https://status.airtable.com and the plan's quota.",
		page: "/ready",
		look({ at, airtable: { heard } }) {
			if (heard.state === "unknown") return "unknown";
			if (heard.state === "ok") return null;
			const { status, since, why } = heard;
			const ms = at - (since ?? at);
			if (!AT_ONCE.includes(status) && ms < PASSING_MS) return null;
			return { details: why ?? `${status}`, since: at - ms };
		},
	},
	{
		id: "airtable_quota",
		title: "airtable quota",
		meaning:
			"Four fifths of AIRTABLE_MONTHLY_CALLS are used. Polling spreads what is left over the days that are left; webhooks go first.",
		remedy:
			"Raise POLLING_INTERVAL_MINUTES, or the plan and AIRTABLE_MONTHLY_CALLS. It ends with the month, which is UTC's.",
		page: "/status",
		look({ airtable: { calls, limit } }) {
			return limit !== null && calls >= MOST_QUOTA * limit
				? { details: `${calls} of ${limit} calls of this month` }
				: null;
		},
	},
	{
		id: "timeouts_held",
		title: "timeouts held",
		meaning:
			"More than ten jobs would be failed as timed out at once, which is more likely a fault of ours or of NCA's. None of them was.",
		remedy:
			'Look at these jobs. If they have really failed: `POST /debug/check-stuck-jobs` with `{"give_up": true}`.',
		page: "/debug/jobs?state=stuck",
		look: ({ held }) =>
			held > 0 ? { details: `${held} held by the last round` } : null,
	},
	{
		id: "nca_hung",
		title: "nca hung",
		meaning:
			"NCA has jobs queued or running, and none has finished for an hour. Its worker may wait for somebody who does not answer its webhook.",
		remedy: "Look at NCA's log, and restart it.",
		page: "/status",
		look: ({ ncaHungSince: since }) =>
			since === null
				? null
				: { details: "no job has finished there for an hour", since },
	},
	{
		id: "poller_silent",
		title: "poller silent",
		meaning:
			"No round of polling has ended for three intervals. Jobs whose webhook is lost stay open.",
		remedy:
			"Look in the log for `poll round failed`; run one by `POST /debug/check-stuck-jobs`; restart the program.",
		page: "/status",
		look({ at, poller: { intervalMs, lastEndedAt, pacedAt } }, isOpen) {
			// Over is it when a round has ended, not because the process was restarted.
			const since = Math.max(lastEndedAt ?? 0, isOpen ? 0 : pacedAt);
			if (at - since <= INTERVALS * intervalMs) return null;
			const minutes = Math.round(intervalMs / MINUTE_MS);
			return { details: `one is due every ${minutes} min`, since };
		},
	},
	{
		id: "disk_full",
		title: "disk nearly full",
		meaning:
			"When the disk of DATA_DIR is full, webhooks are refused, and NCA sends none twice.",
		remedy:
			"Make the volume larger (`fly volumes extend`), or lower RETENTION_DAYS.",
		page: "/status",
		look({ disk }, isOpen) {
			if (disk === null) return "unknown";
			// What opens at 10 % and ends at 12 % does not come and go.
			const [part, bytes] = isOpen ? [0.12, 120 * MB] : [0.1, 100 * MB];
			if (disk.free >= part * disk.total && disk.free >= bytes) return null;
			const [free, total] = [disk.free / MB, disk.total / MB];
			return { details: `${Math.floor(free)} of ${Math.floor(total)} MB free` };
		},
	},
	{
		id: "database_destroyed",
		title: "database destroyed",
		meaning:
			"The inbox's database was destroyed on its disk. It was moved aside, and a new one begun: what waited was carried over as far as it could be read, and polling finds again what can be found. Webhooks that had been accepted and could not be read are lost.",
		remedy:
			"Look in the log for `database destroyed` and how many were carried over; check the disk. Run `POST /debug/check-stuck-jobs`. The alert ends when the file is moved out of DATA_DIR, or removed.",
		page: "/status",
		look: ({ destroyed }) =>
			destroyed.length === 0 ? null : { details: destroyed.join("; ") },
	},
];
