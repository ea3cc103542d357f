import { atMost } from "./at-most.ts";
import { type Answer, createHttp } from "./http.ts";
import type { StoredObject } from "./object.ts";

/** What Spaces says of one object. */
export type Head =
	| { kind: "found"; object: StoredObject /** bytes */; size: number }
	/** Not there, or empty. Spaces answers 403 for a missing object in a bucket whose listing is private. */
	| { kind: "absent"; object: StoredObject; why: string }
	/** Spaces could not say; never taken for absent. */
	| { kind: "unknown"; object: StoredObject; why: string };

export type HeadObject = (object: StoredObject) => Promise<Head>;

type Needs = {
	/** For one HEAD, ms. */
	deadlineMs: number;
	/** How many at once. */
	most: number;
};

/** Asks Spaces for objects by HEAD. Never throws: what it cannot learn is `unknown`. */
export function createHead({ deadlineMs, most }: Needs): HeadObject {
	const through = atMost(most);
	const http = createHttp(deadlineMs);
	return (object) =>
		through(async () =>
			judge(object, await http({ method: "HEAD", url: object.url })),
		);
}

function judge(object: StoredObject, answer: Answer): Head {
	if (answer.kind === "fault") {
		return { kind: "unknown", object, why: `HEAD ${answer.why}` };
	}
	const { status, length } = answer;
	if (status === 403 || status === 404) {
		return { kind: "absent", object, why: `HEAD ${status}` };
	}
	if (status !== 200) return { kind: "unknown", object, why: `HEAD ${status}` };
	if (length !== null && length > 0)
		return { kind: "found", object, size: length };
	return length === 0
		? { kind: "absent", object, why: "HEAD 200, empty" }
		: { kind: "unknown", object, why: "HEAD 200 without a length" };
}
