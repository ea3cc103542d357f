const LONGEST = 2000;
/** Read at most: NCA is waiting, and a hostile text can make the patterns slow. */
const READ = 3 * LONGEST;

/**
 * NCA's message as Airtable may hold it: no URL queries (they can be signed), no temp folders, no control
 * characters, and of a long one the last 2,000 characters, since ffmpeg says at the end what went wrong.
 */
export function tidyReason(text: string): string {
	// A cut may fall inside an URL, whose query would then not be seen as one.
	const end = text.length > READ ? text.slice(-READ).replace(/^\S*/, "") : text;
	const tidy = withoutUrlQueries(end)
		.replace(/(?<![\w:/.])\/(?:[\w.@+-]+\/)+(?=[\w.@+-])/g, "")
		.replace(/[^\P{C}\n\t]/gu, "")
		.trim();
	return tidy.length > LONGEST ? tidy.slice(-LONGEST) : tidy;
}

/** The text with the query of every URL cut off: it can hold a signature. */
export function withoutUrlQueries(text: string): string {
	return text.replace(/(https?:\/\/[^\s'"<>?]*)\?[^\s'"<>]*/gi, "$1");
}
