import { HEAD_BYTES } from "./body.ts";

/** Names whose values are nobody's business. */
const SECRET =
	"[\\w-]*(?:auth|cookie|credential|key|password|secret|signature|token)[\\w-]*";
const SECRET_NAME = new RegExp(`^${SECRET}$`, "i");
/** `name=value`, `"name": "value"`; the name may be escaped or within an URL. */
const SECRET_PAIR = new RegExp(
	`((?:^|[^\\w-])${SECRET}"?\\s*(?:=|:|%3D)\\s*"?)[^"&\\s,}]+`,
	"gi",
);
const HIDDEN = "[redacted]";

/** The text with the query of every URL cut off, also where the URL is escaped: it can hold a signature. */
export function withoutUrlQueries(text: string): string {
	return text
		.replace(/(https?:(?:\\?\/){2}[^\s'"<>?]*)\?[^\s'"<>]*/gi, "$1")
		.replace(/(https?%3A[^\s'"<>&]*?)%3F[^\s'"<>&]*/gi, "$1");
}

/** A text of a stranger's as a log line may show it. */
export function redactText(text: string): string {
	return withoutUrlQueries(text).replace(SECRET_PAIR, `$1${HIDDEN}`);
}

/** Any JSON value likewise, by the names in it. */
export function redact(value: unknown, name = ""): unknown {
	if (SECRET_NAME.test(name)) return HIDDEN;
	if (typeof value === "string") return redactText(value);
	if (Array.isArray(value)) return value.map((item) => redact(item));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [key, redact(inner, key)]),
	);
}

/** The beginning of a body as a log line may show it. */
export function loggable(bytes: Buffer): string {
	return redactText(bytes.toString("utf8", 0, HEAD_BYTES));
}
