import { mappedOperation } from "../airtable/job-record.ts";
import type { NcaJobId } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";
import type { Candidate } from "../probe/object-names.ts";
import type { Head, HeadObject } from "../probe/spaces.ts";
import type { Subject } from "./subject.ts";

export type FoundHead = Extract<Head, { kind: "found" }>;

/** What Spaces shows of a run. */
export type Sight =
	/** The file that is all that it makes. */
	| { kind: "found"; head: FoundHead; why: string }
	/** One of several files; how many there are, only NCA knows. `head`: most likely it is the only one. */
	| { kind: "part"; head: FoundHead | null; why: string }
	/** None, wherever it may stand. */
	| { kind: "absent"; why: string }
	/** `asked`: at least of one; else it is as if nobody had looked. */
	| { kind: "unknown"; why: string; asked: boolean };

/** An object under which a run's file may stand. */
type Place = { object: StoredObject; only: Candidate["only"] };

type Needs = {
	/** Where a run's file may stand. */
	places: (
		operation: OperationName | null,
		endpoint: string | null,
		ncaJobId: NcaJobId,
	) => Place[];
};

/** Looks in Spaces for a run's file, under every name that it may have. */
export function createLook({ places }: Needs) {
	return async function look(
		{ job, ncaJobId, known }: Subject,
		head: HeadObject,
	): Promise<Sight> {
		const where = places(mappedOperation(job), known.endpoint, ncaJobId);
		const heads = await Promise.all(where.map(({ object }) => head(object)));
		const found = (only: Candidate["only"]) =>
			heads
				.filter((_, nth) => where[nth]?.only === only)
				.find((one) => one.kind === "found");
		const whole = found("yes");
		if (whole) return { kind: "found", head: whole, why: inWords(whole) };
		const likely = found("likely");
		const part = likely ?? found("no");
		if (part) {
			const why = `${inWords(part)}, and there may be more, which only NCA can count`;
			return { kind: "part", head: likely ?? null, why };
		}
		const unknown = heads.filter((one) => one.kind === "unknown");
		const absent = heads.filter((one) => one.kind === "absent");
		if (unknown.length === 0)
			return { kind: "absent", why: allInWords(absent) };
		const asked = unknown.some((one) => one.asked);
		return { kind: "unknown", why: allInWords(unknown), asked };
	};
}

/** Of many the first few, and what was answered of the others, so that a line can be read. */
function allInWords(heads: readonly Exclude<Head, FoundHead>[]): string {
	const words = heads.slice(0, 3).map(inWords).join("; ");
	if (heads.length === 0) return "it makes no file under a name of its own";
	if (heads.length <= 3) return words;
	const others = new Set(heads.slice(3).map(({ why }) => why));
	return `${words}; and ${heads.length - 3} more: ${[...others].join(", ")}`;
}

/** An object, and its size or why it was not found. */
export function inWords(head: Head): string {
	const what = head.kind === "found" ? `${head.size} bytes` : head.why;
	return `${head.object.name}: ${what}`;
}
