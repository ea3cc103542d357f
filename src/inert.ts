/** Steers a terminal, or is not seen on it: controls from DEL on, marks of direction and of no width, line ends, halves of a character. */
const BEYOND_JSON = /[\x7f-\x9f\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ALL_BEYOND_JSON = new RegExp(BEYOND_JSON, "gu");
const ALL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const ESCAPES = /\\(u[\da-f]{4}|[bfnrt])|\\./gi;

/** A JSON text of the same value that any terminal can show: JSON itself escapes the controls up to U+001F alone. */
export function inertJson(json: string): string {
	return BEYOND_JSON.test(json) ? json.replace(ALL_BEYOND_JSON, escaped) : json;
}

/** The same of a value whose texts will be shown without JSON's escapes: they are spelt out. */
export function speltOutJson(json: string): string {
	return inertJson(json).replace(ESCAPES, (whole, rest?: string) =>
		rest === undefined ? whole : `\\\\${rest}`,
	);
}

/** A text of one line, as a terminal can show it. */
export function inertText(text: string): string {
	return text.replace(ALL, escaped);
}

/** The same of several lines: their ends are kept. */
export function inertLines(text: string): string {
	return text.split("\n").map(inertText).join("\n");
}

function escaped(character: string): string {
	return [...Array(character.length).keys()]
		.map((nth) => {
			const unit = character.charCodeAt(nth).toString(16);
			return `\\u${unit.padStart(4, "0")}`;
		})
		.join("");
}
