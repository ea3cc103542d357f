import { withoutUrlQueries } from "./redact.ts";

const LONGEST = 2000;
/** Read at most: NCA is waiting, and a hostile text can make the patterns slow. */
const READ = 3 * LONGEST;

/**
 * NCA's message as Airtable may hold it: no URL queries (they can be signed), no temp folders, no control
 * characters, and of a long one the last 2,000 characters, since ffmpeg says at the end what went wrong.
 */
export function tidyReason(text: string): string {
	const tidy = withoutUrlQueries(ending(text))
		.replace(/(?<![\w:/.])\/(?:[\w.@+-]+\/)+(?=[\w.@+-])/g, "")
		.replace(/[^\P{C}\n\t]/gu, "")
		.trim();
	return tidy.slice(-LONGEST);
}

/** A cut may fall inside an URL, whose query would then not be seen as one: the word it falls into is left out. */
function ending(text: string): string {
	if (text.length <= READ) return text;
	const end = text.slice(-READ);
	const space = end.search(/\s/);
	return space < 0
		? `(one word of ${text.length} characters)`
		: end.slice(space);
}
