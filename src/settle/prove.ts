import type { Settled } from "../job.ts";
import type { StoredObject } from "../probe/object.ts";
import type { Head, HeadObject } from "../probe/spaces.ts";
import type { ProvenFile } from "./case.ts";

/** How long a file or an id may take to appear, ms: the engine writes the id late. */
export const PROOF_PATIENCE_MS = 5 * 60_000;

/** The file is the proof: every one that was named must be there, and longer than nothing. */
export async function proveFiles(
	head: HeadObject,
	objects: readonly StoredObject[],
): Promise<ProvenFile[] | Settled> {
	const heads = await Promise.all(objects.map(head));
	const files = heads.filter((one) => one.kind === "found");
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
