import { atMost } from "../probe/at-most.ts";
import type { HeadObject } from "../probe/spaces.ts";
import type { Sight } from "./look.ts";
import type { Subject } from "./subject.ts";

type Needs = {
	look: (subject: Subject, head: HeadObject) => Promise<Sight>;
	now: () => number;
};

/** A round's looking ends after this, ms; the jobs that were not reached are due in the next. */
const LOOKING_MS = 2 * 60_000;
const LOOKS_AT_ONCE = 16;

/**
 * Looks for the files of many runs at once. What `meet` throws ends it, and is thrown.
 * @param meet is told of each at once: the first is not to wait for the last
 * @returns what was seen of those that were reached
 */
export async function lookAll(
	{ look, now }: Needs,
	subjects: readonly Subject[],
	head: HeadObject,
	meet: (subject: Subject, sight: Sight) => Promise<void>,
): Promise<Map<Subject, Sight>> {
	const began = now();
	const inTurn = atMost(LOOKS_AT_ONCE);
	const sights = new Map<Subject, Sight>();
	const faults: unknown[] = [];
	const lookAt = async (subject: Subject) => {
		if (now() - began > LOOKING_MS || faults.length > 0) return;
		try {
			const sight = await look(subject, head);
			sights.set(subject, sight);
			await meet(subject, sight);
		} catch (error) {
			faults.push(error);
		}
	};
	await Promise.all(subjects.map((one) => inTurn(() => lookAt(one))));
	if (faults.length > 0) throw faults[0];
	return sights;
}
