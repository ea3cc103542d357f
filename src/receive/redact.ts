import { HEAD_BYTES } from "./body.ts";
import { namesSecret, withoutNamedSecrets } from "./named-secrets.ts";

/**
 * Taken whole and cut afterwards: to look for its query from each of many beginnings takes minutes in a body of 1 MiB.
 * A quote ends one that a quote begins, as ffmpeg names them; else it is a part of it.
 */
const WHOLE_URL =
	/(?<=')https?:(?:\\?\/){2}[^\s'"<>]*|https?:(?:\\?\/){2}[^\s"<>]*/gi;
const ESCAPED_URL = /https?%(?:25)*3A[^\s"<>&]*/gi;
const HIDDEN = "[redacted]";

/** The text with the user and the query of every URL cut off, also where it is escaped: they can hold a credential. */
export function withoutUrlQueries(text: string): string {
	return text
		.replace(WHOLE_URL, (url) =>
			url
				.slice(0, placeOf(/\?/, url))
				.replace(/^(https?:(?:\\?\/){2})[^/]*@/i, "$1"),
		)
		.replace(ESCAPED_URL, (url) =>
			url
				.slice(0, placeOf(/%(?:25)*3F/i, url))
				.replace(
					/^(https?%(?:25)*3A(?:%(?:25)*2F){2})(?:(?!%(?:25)*2F).)*(?:%(?:25)*40|@)/i,
					"$1",
				),
		);
}

/** Where it begins, or the end. */
function placeOf(mark: RegExp, text: string): number {
	const at = text.search(mark);
	return at < 0 ? text.length : at;
}

/** A text of a stranger's as a log line may show it. */
export function redactText(text: string): string {
	return withoutNamedSecrets(withoutUrlQueries(text));
}

/** Any JSON value likewise, by the names in it. */
export function redact(value: unknown, name = ""): unknown {
	if (namesSecret(name)) return HIDDEN;
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
