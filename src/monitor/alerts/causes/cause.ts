import type { Depth } from "../../../inbox/inbox.ts";

/** That it is so, with the facts of it; `since`, ms since the epoch, where that is known. */
export type Finding = { details: string; since?: number };

/** What an operator is told of by himself, in words. */
export type Alert = {
	/** Never another's, nor changed: facts are kept under it. */
	id: string;
	title: string;
	meaning: string;
	remedy: string;
	/** The page that shows it. */
	page: string;
};

/** An alert, and how its facts are judged. */
export type Cause<Facts> = Alert & {
	/** null: it is not so; `unknown`: it is as it was. @param isOpen whether it was so the last time */
	look(
		facts: Facts & Pick<Moment, "at">,
		isOpen: boolean,
	): Finding | null | "unknown";
};

/** What the facts of several causes are read from, once for all of them. */
export type Moment = {
	/** ms since the epoch */
	at: number;
	/** What was counted within the last 24 h, and ever. */
	day: ReadonlyMap<string, number>;
	ever: ReadonlyMap<string, number>;
	depth: Depth;
};
