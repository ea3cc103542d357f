import type { Finding } from "./check.ts";
import { broken, ok, warning } from "./verdict.ts";

const SHAPE = "bucket in the URL";

/** `{bucket}.{region}.digitaloceanspaces.com`, the bucket only where the host names it. */
const HOST = /^(?:(.+)\.)?([a-z]{3}\d)(\.cdn)?\.digitaloceanspaces\.com$/;

/**
 * Whether a base looks as NCA writes an object's URL: `{S3_ENDPOINT_URL}/{bucket}/{name}`. NCA's own guide has the
 * endpoint name the bucket, which then stands there twice; the object is stored just so.
 */
export function examineShape(base: string): Finding[] {
	const { hostname, pathname, origin: top } = new URL(base);
	const [, bucket, region, cdn] = HOST.exec(hostname) ?? [];
	if (region === undefined) return [];
	const path = pathname === "/" ? null : pathname.slice(1);
	const findings = [];
	if (cdn) {
		const origin = hostname.replace(".cdn.", ".");
		findings.push(
			warning(
				"origin",
				`${base} is the CDN: it goes on showing files that are gone, and NCA's webhooks name the origin, which then counts as foreign`,
				`Set SPACES_BASE_URL to ${base.replace(hostname, origin)}`,
			),
		);
	}
	if (bucket === undefined) {
		findings.push(
			path === null
				? broken(
						SHAPE,
						`${base} names no bucket`,
						`Set SPACES_BASE_URL to ${base}/ and the bucket's name`,
					)
				: ok(SHAPE, `${base}: the bucket once, in the path`),
		);
	} else if (path === bucket) {
		findings.push(ok(SHAPE, `${base}: the bucket twice, as NCA writes it`));
	} else if (path === null) {
		findings.push(
			warning(
				SHAPE,
				`${base} has the bucket once; where NCA's S3 endpoint names the bucket, its files stand at ${base}/${bucket}`,
				`Compare with the URL in a webhook of NCA's, or run the doctor with --object and a file's name; where the bucket stands there twice, set SPACES_BASE_URL to ${base}/${bucket}`,
			),
		);
	} else {
		findings.push(
			warning(
				SHAPE,
				`${base} has a folder that is not the bucket's name, and NCA puts its files into no other`,
				`Compare with the URL in a webhook of NCA's; it may be ${top}/${bucket}`,
			),
		);
	}
	return findings;
}

/** Where the bucket of a base is itself, none of its objects; null where that is not to be seen in the URL. */
export function bucketAt(base: string): string | null {
	const { hostname, pathname, origin } = new URL(base);
	const [, bucket, region] = HOST.exec(hostname) ?? [];
	const [, first] = pathname.split("/");
	if (region === undefined) return null;
	if (bucket !== undefined) return `${origin}/`;
	return first ? `${origin}/${first}` : null;
}

/** The same bucket with its name in the path once more, or once less; null where the host names none. */
export function otherShape(base: string): string | null {
	const { hostname, pathname, origin } = new URL(base);
	const bucket = HOST.exec(hostname)?.[1];
	if (bucket === undefined) return null;
	return pathname === `/${bucket}` ? origin : `${origin}/${bucket}`;
}
