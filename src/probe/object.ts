/** One object of our bucket: the name NCA gave it, and where it stands. */
export type StoredObject = { name: string; url: string };

/** What an URL's path may hold in one segment (RFC 3986, pchar). */
const SEGMENT = /^[\w.~!$&'()*+,;=:@%-]+$/;

/** The object's place below a base, the name escaped. */
export function objectAt(base: string, name: string): StoredObject {
	return { name, url: `${base}/${encodeURIComponent(name)}` };
}

/**
 * Reads an URL that someone sent as one of our objects, or null where it is not exactly `{base}/{one segment}`.
 * The result's URL is rebuilt from our base: nothing else of what was sent is ever requested or attached.
 */
export function locate(
	bases: readonly string[],
	text: string,
): StoredObject | null {
	const base = bases.find((candidate) => text.startsWith(`${candidate}/`));
	if (base === undefined) return null;
	const segment = text.slice(base.length + 1);
	if (!SEGMENT.test(segment)) return null;
	const name = decode(segment);
	if (name === null || /^\.+$|[/\\\p{C}]/u.test(name)) return null;
	return objectAt(base, name);
}

function decode(segment: string): string | null {
	try {
		return decodeURIComponent(segment);
	} catch {
		return null;
	}
}
