import { withoutUrlQueries } from "./redact.ts";

const LONGEST = 2000;
/** Read at most: NCA is waiting, and a hostile text can make the patterns slow. */
const READ = 3 * LONGEST;

/**
 * NCA's message as Airtable may hold it: no URL queries (they can be signed), no temp folders, no control
 * characters, and of a long one the last 2,000 characters, since ffmpeg says at the end what went wrong.
 */
export function tidyReason(text: string): string {
	// Before the URLs are looked for: an invisible character could hide one.
	const visible = ending(text).replace(/[^\P{C}\n\t]/gu, "");
	return withoutUrlQueries(visible)
		.replace(/(?<![\w:/.])\/(?:[\w.@+-]+\/)+(?=[\w.@+-])/g, "")
		.trim()
		.slice(-LONGEST)
		.replace(/^\p{Cs}/u, "");
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
