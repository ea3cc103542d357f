import type { Ending, Entry, Inbox } from "../../src/inbox/inbox.ts";
import {
	asNcaJobId,
	asRecordId,
	type DeliveryId,
	type NcaJobId,
	type RecordId,
} from "../../src/job.ts";
import { START } from "../set-up.ts";

/** Ids sort by time, so a test names them in the order in which they came. */
export const deliveryId = (id: string) => id as DeliveryId;

export function recordId(id: string): RecordId {
	const found = asRecordId(id);
	if (!found) throw new Error(`${id} has not a record id's form`);
	return found;
}

export function ncaJobId(id: string): NcaJobId {
	const found = asNcaJobId(id);
	if (!found) throw new Error(`${id} has not the form of NCA's ids`);
	return found;
}

/** A webhook that was accepted. */
export function entry(id: string, more: Partial<Entry> = {}): Entry {
	return {
		id: deliveryId(id),
		task: "outcome",
		receivedAt: START,
		via: "webhook",
		proof: "none",
		query: "operation=combine",
		body: Buffer.from('{"code":200}'),
		state: "accepted",
		reason: null,
		dueAt: 0,
		repeatKey: null,
		jobId: null,
		ncaJobId: null,
		method: "POST",
		ip: "192.0.2.1",
		userAgent: "python-requests/2.32.3",
		tally: null,
		...more,
	};
}

/** Again at that time. */
export const retry = (dueAt: number, since = dueAt): Ending => ({
	kind: "retry",
	dueAt,
	waiting: { what: "proof", since },
	reason: "later",
});

/** Puts entries one after another. */
export async function putAll(
	inbox: Pick<Inbox, "put">,
	...entries: readonly Entry[]
): Promise<void> {
	for (const one of entries) await inbox.put(one);
}

export const idsOf = (items: readonly { id: string }[]) =>
	items.map(({ id }) => id);
