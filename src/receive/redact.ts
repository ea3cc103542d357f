import { HEAD_BYTES } from "./body.ts";

/** What a name holds whose value is nobody's business. */
const WORDS = "auth|cookie|credential|key|password|secret|signature|token";
const SECRET = new RegExp(WORDS, "i");
const NAME = `[\\w-]{0,40}(?:${WORDS})[\\w-]{0,40}`;
/** `"name": value` of JSON, the value whole, or as much of it as there is. */
const IN_JSON = new RegExp(
	`("${NAME}"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"?|\\[[^\\]]*\\]?|\\{[^}]*\\}?|[^\\s,}\\]]+)`,
	"gi",
);
/** `name=value` of a form or a query, also where it is escaped. */
const IN_QUERY = new RegExp(`(\\b${NAME}(?:=|%3D))[^&\\s"]+`, "gi");
/** `Name: value` of a header, to the end of its line. */
const IN_HEADER = new RegExp(`(\\b${NAME}:[ \\t]*)[^\\r\\n"]+`, "gi");
/** Taken whole and cut afterwards: to look for its query from each of many beginnings takes minutes in a body of 1 MiB. */
const WHOLE_URL = /https?:(?:\\?\/){2}[^\s'"<>]*/gi;
const ESCAPED_URL = /https?%3A[^\s'"<>&]*/gi;
const HIDDEN = "[redacted]";

/** The text with the user and the query of every URL cut off, also where it is escaped: they can hold a credential. */
export function withoutUrlQueries(text: string): string {
	return text
		.replace(/(https?:\/\/)[^\s/@'"<>]*@/gi, "$1")
		.replace(WHOLE_URL, (url) => url.slice(0, placeOf(/\?/, url)))
		.replace(ESCAPED_URL, (url) => url.slice(0, placeOf(/%3F/i, url)));
}

/** Where it begins, or the end. */
function placeOf(mark: RegExp, text: string): number {
	const at = text.search(mark);
	return at < 0 ? text.length : at;
}

/** A text of a stranger's as a log line may show it. */
export function redactText(text: string): string {
	return withoutUrlQueries(text)
		.replace(IN_JSON, `$1"${HIDDEN}"`)
		.replace(IN_QUERY, `$1${HIDDEN}`)
		.replace(IN_HEADER, `$1${HIDDEN}`);
}

/** Any JSON value likewise, by the names in it. */
export function redact(value: unknown, name = ""): unknown {
	if (SECRET.test(name)) return HIDDEN;
	if (typeof value === "string") return redactText(value);
	if (Array.isArray(value)) return value.map((item) => redact(item));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [key, redact(inner, key)]),
	);
}

/** A body as a log line may show it: its beginning, unless it is said how much. */
export function loggable(bytes: Buffer, most = HEAD_BYTES): string {
	return redactText(bytes.toString("utf8", 0, most));
}
