import type { NcaJobId } from "../job.ts";

/** One object of our bucket: the name NCA gave it, and where it stands. */
export type StoredObject = { name: string; url: string };

/** An URL of nothing but an authority and a path, as it was written. */
const PLAIN_URL = /^https?:\/\/[^/\\?#@\s]+(\/[^\\?#\s]*)$/i;

/** The object's place below a base, the name escaped. */
export function objectAt(base: string, name: string): StoredObject {
	return { name, url: `${base}/${encodeURIComponent(name)}` };
}

/** A segment that stands for itself. */
const PLAIN_NAME = /^(?!\.+$)[\w.-]+$/;

/**
 * Reads an URL that someone sent as one of our objects, or null where it is not exactly a base and one segment.
 * The result's URL is rebuilt from our base: nothing else of what was sent is ever requested or attached.
 */
export function createLocate(
	bases: readonly string[],
): (text: string) => StoredObject | null {
	const places = bases.map((base) => {
		const { href, origin, pathname } = new URL(`${base}/`);
		return { base, origin, pathname, isAsWritten: href === `${base}/` };
	});
	const areAsWritten = places.every(({ isAsWritten }) => isAsWritten);

	/** What nearly every URL is, without parsing it. */
	function plainly(text: string): StoredObject | null {
		const end = text.lastIndexOf("/");
		const base = text.slice(0, end);
		const name = text.slice(end + 1);
		return areAsWritten && bases.includes(base) && PLAIN_NAME.test(name)
			? objectAt(base, name)
			: null;
	}

	return (text) => {
		const plain = plainly(text);
		if (plain) return plain;
		const path = PLAIN_URL.exec(text)?.[1];
		const url = URL.parse(text);
		// A path that parsing changes has dots in it that lead elsewhere.
		if (path === undefined || url?.pathname !== path) return null;
		for (const { base, origin, pathname } of places) {
			if (url.origin !== origin || !path.startsWith(pathname)) continue;
			const name = nameOf(path.slice(pathname.length));
			if (name !== null) return objectAt(base, name);
		}
		return null;
	};
}

/** The name that one segment of a path stands for; null where it is no name of one object. */
function nameOf(segment: string): string | null {
	try {
		const name = decodeURIComponent(segment);
		return /^\.*$|[/\\\p{C}]/u.test(name) || segment.includes("/")
			? null
			: name;
	} catch {
		return null;
	}
}

/** More than any job makes that is not gone wrong: each costs a HEAD. */
export const MOST_FILES = 200;

/** Whether an object's name begins with just that id. */
export function bears(name: string, id: NcaJobId): boolean {
	return name.startsWith(id) && !/^[A-Za-z0-9-]/.test(name.slice(id.length));
}
