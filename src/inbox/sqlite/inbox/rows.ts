import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	RecordId,
	SenderProof,
	Task,
	Via,
} from "../../../job.ts";
import type { Claim, Entry, Recorded, State } from "../../inbox.ts";
import type { Bindable, Row } from "../database.ts";

/** What is recorded of a request, by column. */
const COLUMNS: readonly (readonly [
	column: string,
	value: (entry: Entry) => Bindable,
])[] = [
	["id", (entry) => entry.id],
	["task", (entry) => entry.task],
	["received_at", (entry) => entry.receivedAt],
	["via", (entry) => entry.via],
	["proof", (entry) => entry.proof],
	["state", (entry) => entry.state],
	["reason", (entry) => entry.reason],
	["due_at", (entry) => (entry.state === "accepted" ? entry.dueAt : null)],
	["repeat_key", (entry) => entry.repeatKey],
	["job_id", (entry) => entry.jobId],
	["nca_job_id", (entry) => entry.ncaJobId],
	["method", (entry) => entry.method],
	["ip", (entry) => entry.ip],
	["user_agent", (entry) => entry.userAgent],
	["query", (entry) => entry.query],
	["body", (entry) => entry.body],
];

/** Its values are bound by position. */
export const INSERT = `
	INSERT INTO deliveries (${COLUMNS.map(([column]) => column)})
	VALUES (${COLUMNS.map(() => "?")})`;

/** The values of INSERT. */
export function asRow(entry: Entry): Bindable[] {
	return COLUMNS.map(([, value]) => value(entry));
}

// What we wrote ourselves needs no second check: the table is STRICT.
function asDelivery(row: Row): Delivery {
	return {
		id: row.id as DeliveryId,
		task: row.task as Task,
		receivedAt: row.received_at as number,
		via: row.via as Via,
		proof: row.proof as SenderProof,
		query: row.query as string,
		body: Buffer.from(row.body as Uint8Array),
	};
}

/** A delivery that was claimed, out of its row. */
export function asClaim(row: Row): Claim {
	const { waiting_for: what, waiting_since: since } = row;
	const waiting =
		what === null ? null : { what: what as string, since: since as number };
	return { ...asDelivery(row), jobId: row.job_id as RecordId | null, waiting };
}

/** A request as a person sees it, out of its row. */
export function asRecorded(row: Row): Recorded {
	return {
		...asDelivery(row),
		state: row.state as State,
		reason: row.reason as string | null,
		jobId: row.job_id as RecordId | null,
		ncaJobId: row.nca_job_id as NcaJobId | null,
		method: row.method as string,
		ip: row.ip as string,
		userAgent: row.user_agent as string,
		attempts: row.attempts as number,
		dueAt: row.due_at as number | null,
	};
}
