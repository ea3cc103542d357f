import type { Fields } from "../airtable/answers.ts";
import type { Target } from "../airtable/target-record.ts";
import type { RunKey } from "../job.ts";
import type { WrittenRecord } from "./closed.ts";
import type { Rules } from "./judgement.ts";
import type { JobEvent } from "./memory.ts";
import { DROPPED } from "./read-back/follow-up.ts";

/** Airtable's own links to what it holds expire: https://airtable.com/developers/web/api/field-model */
const LINKS_LAST_MS = 2 * 3_600_000;

const ANEW = new Set(["reopened", "set back"]);

type Change = { old: unknown; new: unknown; at: number };

/** What was written into a record, by field. */
export type Changes = Map<string, Change>;

/** What our closes of the run wrote, by record and field, since it was last judged anew: the first value before, the last after. */
export function writtenSince(
	events: readonly JobEvent[],
	run: RunKey,
): Map<string, Changes> {
	const ours = events.filter(({ ncaJobId }) => ncaJobId === run.ncaJobId);
	const since = ours.findLastIndex(({ what }) => ANEW.has(what)) + 1;
	const wrote = new Map<string, Changes>();
	for (const { what, at, facts } of ours.slice(since)) {
		if (what !== "settled" || !Array.isArray(facts.wrote)) continue;
		for (const { id, fields } of facts.wrote as WrittenRecord[]) {
			const changes = wrote.get(id) ?? new Map();
			wrote.set(id, changes);
			for (const [field, change] of Object.entries(fields)) {
				const first = changes.get(field) ?? { old: change.old, at };
				changes.set(field, { ...first, new: change.new });
			}
		}
	}
	return wrote;
}

/** A target whose file somebody has changed since is left as it is. */
export function restoredTarget(
	target: Target,
	changes: Changes = new Map(),
	now: number,
): Fields {
	const isOthers = [...changes].some(
		([field, change]) =>
			Array.isArray(change.new) && !isOurs(target.fields[field], change.new),
	);
	return isOthers ? {} : restored(target, changes, now);
}

/** What a record is to hold again, where it still holds what we wrote. */
export function restored(
	{ fields }: { fields: Fields },
	changes: Changes = new Map(),
	now: number,
): Fields {
	const back: Fields = {};
	for (const [field, change] of changes) {
		if (!isOurs(fields[field], change.new)) continue;
		if (!Array.isArray(change.old)) back[field] = change.old;
		else if (now - change.at < LINKS_LAST_MS)
			back[field] = change.old.map(({ url, filename }) => ({ url, filename }));
	}
	return back;
}

/** Whether a field holds what we wrote: attachments by their names, since Airtable gives them ids and links of its own. */
function isOurs(held: unknown, wrote: unknown): boolean {
	if (typeof held === "string" && held.startsWith(DROPPED)) return true;
	if (!Array.isArray(wrote)) return (held ?? "") === (wrote ?? "");
	const names = (files: readonly { filename?: unknown }[]) =>
		JSON.stringify(files.map(({ filename }) => filename));
	const files = Array.isArray(held) ? held : [];
	// It may have dropped ours.
	return files.length === 0 || names(files) === names(wrote);
}

/** The status that a job is to have again. */
export function statusBefore(
	changes: Changes | undefined,
	{ pollingStatuses }: Rules,
): unknown {
	const before = changes?.get("Status")?.old;
	// In any other it would never be looked for again.
	return (
		pollingStatuses.find((status) => status === before) ?? pollingStatuses[0]
	);
}
