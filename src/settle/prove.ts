import type { Settled } from "../job.ts";
import type { StoredObject } from "../probe/object.ts";
import type { Head, HeadObject } from "../probe/spaces.ts";
import type { ProvenFile } from "./case.ts";
import type { Memory } from "./memory.ts";

/** How long a file or an id may take to appear, ms: the engine writes the id late. */
export const PROOF_PATIENCE_MS = 5 * 60_000;

/** How far the clocks of Airtable and Spaces may be apart, ms. */
export const CLOCKS_APART_MS = 5 * 60_000;

/**
 * What a round has found is not asked for again, ms: in this time it is in Airtable, of as many jobs as one round looks
 * at, and NCA's names are never given twice.
 */
const SEEN_MS = 10 * 60_000;

type Needs = {
	head: HeadObject;
	memory: Pick<Memory, "seenFile">;
	now: () => number;
};

/**
 * The file is the proof: every one that was named must be there, and longer than nothing.
 * @param notBefore when the oldest of them can have been stored, ms since the epoch; null: that does not matter
 */
export async function proveFiles(
	{ head, memory, now }: Needs,
	objects: readonly StoredObject[],
	notBefore: number | null = null,
): Promise<ProvenFile[] | Settled> {
	const look = async (object: StoredObject): Promise<Head> => {
		const seen = notBefore === null ? await memory.seenFile(object.url) : null;
		const ageMs = seen === null ? -1 : now() - seen.at;
		return seen !== null && ageMs >= 0 && ageMs <= SEEN_MS
			? { kind: "found", object, size: seen.size }
			: head(object);
	};
	const heads = await Promise.all(objects.map(look));
	const files = heads.filter((one) => one.kind === "found");
	const older = files.find(
		({ storedAt }) => storedAt !== undefined && storedAt < (notBefore ?? 0),
	);
	if (older) {
		const why = `${older.object.name} is older than the job`;
		return {
			kind: "wait",
			why,
			park: "unproven",
			patienceMs: PROOF_PATIENCE_MS,
		};
	}
	if (files.length === heads.length) {
		return files.map(({ object, size }) => ({ ...object, size }));
	}
	return notProved(heads);
}

function notProved(heads: readonly Head[]): Settled {
	const absent = heads.find((one) => one.kind === "absent");
	const unknown = heads.find((one) => one.kind === "unknown");
	const why = [absent, unknown]
		.filter((one) => one !== undefined)
		.map((one) => `${one.object.name}: ${one.why}`)
		.join("; ");
	// While Spaces cannot say, nothing is held against the file.
	return unknown
		? {
				kind: "wait",
				why,
				park: "unknown",
				patienceMs: Number.POSITIVE_INFINITY,
			}
		: { kind: "wait", why, park: "unproven", patienceMs: PROOF_PATIENCE_MS };
}
