/** What a name holds whose value is nobody's business. */
const SECRET = /auth|cookie|credential|key|password|secret|signature|token/i;
const HIDDEN = "[redacted]";

/** A letter of a name, by its code, also where a query or JSON escapes it, once or more often. */
const CODE = "(?:2d|3\\d|4[1-9a-f]|5[\\daf]|6[1-9a-f]|7[\\da])";
const ESCAPE = `%(?:25)*|\\\\{1,16}u00`;
const WORD = new RegExp(`(?:[\\w-]|(?:${ESCAPE})${CODE})+`, "gi");
const LETTER = new RegExp(`(?:${ESCAPE})(${CODE})`, "gi");
/** A quote and how deep it is escaped, as JSON within JSON is. */
const QUOTE = /(\\{0,16})(["'])/y;
/** What stands between a name and its value. */
const MARK = new RegExp(
	`(\\\\{0,16}["']|(?:${ESCAPE})2[27])?\\s*([:=]|(?:${ESCAPE})3[ad])[ \\t]*`,
	"iy",
);

type Span = { begin: number; end: number; shown: string };

/**
 * The text with the value of every name hidden that speaks of a secret, in whatever form they stand side by side: JSON,
 * also broken off or within JSON, a query or form, also escaped, a header, a Python dict. Where it is not sure where the
 * value ends, more is hidden. In linear time.
 */
export function withoutNamedSecrets(text: string): string {
	const isJson = /^\s*[[{]/.test(text);
	// In a text of JSON a bare quote ends it, and cannot stand in it.
	let isInText = false;
	let counted = 0;
	const countQuotes = (to: number) => {
		if (isJson) isInText = bareQuotes(text, counted, to) !== isInText;
		counted = to;
	};
	let result = "";
	let done = 0;
	WORD.lastIndex = 0;
	for (let word = WORD.exec(text); word; word = WORD.exec(text)) {
		if (!SECRET.test(letters(word[0]))) continue;
		countQuotes(word.index);
		const span = valueAt(text, WORD.lastIndex, isInText);
		if (!span) continue;
		countQuotes(span.begin);
		counted = span.end;
		result += text.slice(done, span.begin) + span.shown;
		done = span.end;
		WORD.lastIndex = span.end;
	}
	return result + text.slice(done);
}

/** Whether a name says that its value is nobody's business. */
export function namesSecret(name: string): boolean {
	return SECRET.test(name);
}

/** Whether the number of quotes between two places is odd, those not counted that are escaped. */
function bareQuotes(text: string, from: number, to: number): boolean {
	let isOdd = false;
	for (let at = from; at < to; at += 1) {
		if (text[at] === "\\") at += 1;
		else if (text[at] === '"') isOdd = !isOdd;
	}
	return isOdd;
}

function letters(word: string): string {
	return word.replace(LETTER, (_escape, code: string) =>
		String.fromCharCode(Number.parseInt(code, 16)),
	);
}

/** The value of the name that ends there; null where none follows. */
function valueAt(text: string, at: number, isInText: boolean): Span | null {
	MARK.lastIndex = at;
	const mark = MARK.exec(text);
	if (!mark) return null;
	const [, quote, sign] = mark;
	const begin = MARK.lastIndex;
	const span = (end: number, shown = HIDDEN) =>
		end > begin ? { begin, end, shown } : null;
	if (sign === ":" && quote) return quotedNames(text, begin);
	if (sign === ":") return span(lineEnd(text, begin, isInText));
	const string = quoteAt(text, begin);
	const from = string && !isInText ? stringEnd(text, string) : begin;
	return span(until(isInText ? /[&\s"]/g : /[&\s]/g, text, from));
}

/** What JSON and Python have behind `"name":`. */
function quotedNames(text: string, at: number): Span | null {
	const begin = until(/\S/g, text, at);
	const string = quoteAt(text, begin);
	if (string) {
		const end = stringEnd(text, string);
		const mark = text.slice(begin, string.inside);
		return { begin, end, shown: `${mark}${HIDDEN}${mark}` };
	}
	const isOpen = "[{".includes(text[begin] ?? " ");
	const end = isOpen ? closing(text, begin) : until(/[\s,}\]]/g, text, begin);
	return end > begin ? { begin, end, shown: `"${HIDDEN}"` } : null;
}

type Quote = { depth: number; mark: string; inside: number };

function quoteAt(text: string, at: number): Quote | null {
	QUOTE.lastIndex = at;
	const found = QUOTE.exec(text);
	if (!found) return null;
	const [, { length: depth } = "", mark = ""] = found;
	return { depth, mark, inside: QUOTE.lastIndex };
}

/** Behind the quote that ends a string: one that is escaped as deep as that which began it, or less. */
function stringEnd(text: string, { depth, mark, inside }: Quote): number {
	let slashes = 0;
	for (let at = inside; at < text.length; at += 1) {
		const char = text[at];
		if (char === "\\") slashes += 1;
		else {
			const escaped = slashes % (2 * (depth + 1));
			if (char === mark && escaped <= depth) return at + 1;
			slashes = 0;
		}
	}
	return text.length;
}

/** Behind the bracket that closes the one that stands there. */
function closing(text: string, begin: number): number {
	let open = 0;
	for (let at = begin; at < text.length; ) {
		const char = text[at] ?? "";
		const string = "\"'\\".includes(char) ? quoteAt(text, at) : null;
		if (string) {
			at = stringEnd(text, string);
			continue;
		}
		at += 1;
		if ("[{".includes(char)) open += 1;
		if ("]}".includes(char)) open -= 1;
		if (open === 0) return at;
	}
	return text.length;
}

/** The end of a header's line; within JSON, of the text that it stands in. */
function lineEnd(text: string, begin: number, isInText: boolean): number {
	if (!isInText) return until(/[\r\n]/g, text, begin);
	for (let at = begin; at < text.length; at += 1) {
		const char = text[at] ?? "";
		if ('"\r\n'.includes(char)) return at;
		if (char === "\\" && "rn".includes(text[at + 1] ?? " ")) return at;
		if (char === "\\") at += 1;
	}
	return text.length;
}

/** Where the pattern matches first, or the end. */
function until(pattern: RegExp, text: string, from: number): number {
	pattern.lastIndex = from;
	return pattern.exec(text)?.index ?? text.length;
}
