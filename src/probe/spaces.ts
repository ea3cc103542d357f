import { atMost } from "./at-most.ts";
import { type Answer, createHttp } from "./http.ts";
import type { StoredObject } from "./object.ts";

/** What Spaces says of one object. */
export type Head =
	| {
			kind: "found";
			object: StoredObject;
			/** bytes */
			size: number;
			/** When it was stored, ms since the epoch; absent where that is not told. */
			storedAt?: number;
	  }
	/** Not there, or empty. Spaces answers 403 for a missing object in a bucket whose listing is private. */
	| { kind: "absent"; object: StoredObject; why: string }
	/** Spaces could not say, or was not even asked; never taken for absent. */
	| { kind: "unknown"; object: StoredObject; why: string; asked: boolean };

export type HeadObject = (object: StoredObject) => Promise<Head>;

type Needs = {
	/** For one HEAD, ms. */
	deadlineMs: number;
	/** How many at once. */
	most: number;
	/** Is told each, also of what was not asked for. */
	heard?: (head: Head) => void;
};

/** After so many faults in a row, Spaces does not answer: each further one would cost a deadline. */
const MOST_FAULTS = 10;

/**
 * Asks Spaces for objects by HEAD. Never throws: what it cannot learn is `unknown`. Each call begins a series, such as
 * a round's, of which the rest is not asked for once Spaces does not answer; all of them share the same turns.
 */
export function createHeads({
	deadlineMs,
	most,
	heard = () => {},
}: Needs): () => HeadObject {
	const through = atMost(most);
	const http = createHttp(deadlineMs);

	return () => {
		let faults = 0;
		let over = false;

		async function ask(object: StoredObject): Promise<Head> {
			const why = "Spaces does not answer: not asked in this round";
			if (over) return { kind: "unknown", object, why, asked: false };
			const answer = await http({ method: "HEAD", url: object.url });
			faults = isFault(answer) ? faults + 1 : 0;
			over ||= faults >= MOST_FAULTS;
			return judge(object, answer);
		}

		return (object) =>
			through(async () => {
				const head = await ask(object);
				heard(head);
				return head;
			});
	};
}

/** Of Spaces, or the way there; what was asked for has no part in it. */
function isFault(answer: Answer): boolean {
	return (
		answer.kind === "fault" || answer.status >= 500 || answer.status === 429
	);
}

function judge(object: StoredObject, answer: Answer): Head {
	if (answer.kind === "fault") {
		return unknown(object, `HEAD ${answer.why}`);
	}
	const { status, length, headers } = answer;
	const storedAt = Date.parse(headers["last-modified"] ?? "");
	if (status === 403 || status === 404) {
		return { kind: "absent", object, why: `HEAD ${status}` };
	}
	if (status !== 200) return unknown(object, `HEAD ${status}`);
	if (length !== null && length > 0)
		return {
			kind: "found",
			object,
			size: length,
			...(!Number.isNaN(storedAt) && { storedAt }),
		};
	return length === 0
		? { kind: "absent", object, why: "HEAD 200, empty" }
		: unknown(object, "HEAD 200 without a length");
}

function unknown(object: StoredObject, why: string): Head {
	return { kind: "unknown", object, why, asked: true };
}
