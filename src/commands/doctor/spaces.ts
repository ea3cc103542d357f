import { randomUUID } from "node:crypto";
import type { Config } from "../../config.ts";
import type { Answer, Http } from "../../probe/http.ts";
import { objectAt } from "../../probe/object.ts";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { examineObject } from "./spaces-object.ts";
import { bucketAt, examineShape } from "./spaces-shape.ts";
import { broken, ok, unknown } from "./verdict.ts";

const MISSING = "missing object";

type Needs = {
	config: Pick<Config, "SPACES_BASE_URL">;
	/** The name, or the URL, of an object that is known to be there. */
	object: string | null;
	http: Http;
};

/** Whether a HEAD on Spaces says what the poller takes it to say. Nothing but HEADs is sent. */
export async function examineSpaces({
	config,
	object,
	http,
}: Needs): Promise<Finding[]> {
	const bases = config.SPACES_BASE_URL;
	const each = bases.map(async (base) => [
		...examineShape(base),
		await examineMissing(base, http),
	]);
	const findings = await Promise.all(each);
	return [
		...findings.flat(),
		...(await examineObject({ bases, object, http })),
	];
}

/** A name that nothing bears: the one question to which the right answer is known. */
async function examineMissing(base: string, http: Http): Promise<Finding> {
	const { url } = objectAt(base, `doctor-${randomUUID()}.mp4`);
	const answer = await http({ method: "HEAD", url });
	const isAbsent = answer.kind === "answered" && answer.status === 404;
	return isAbsent && (await isNoBucket(base, http))
		? broken(
				MISSING,
				`${base}: Spaces has no such bucket, so no file is ever found`,
				"Look for a slip in the bucket and the region of SPACES_BASE_URL",
			)
		: judge(base, answer);
}

/** A bucket that is not there answers as one whose listing is public; only of itself the two say otherwise. */
async function isNoBucket(base: string, http: Http): Promise<boolean> {
	const url = bucketAt(base);
	if (url === null) return false;
	const answer = await http({ method: "HEAD", url });
	return answer.kind === "answered" && answer.status === 404;
}

function judge(base: string, answer: Answer): Finding {
	if (answer.kind === "fault") {
		const { found, remedy } = toldOfFault(answer.code, "SPACES_BASE_URL");
		return broken(MISSING, `${base} cannot be reached: ${found}`, remedy);
	}
	const { status, headers } = answer;
	const said = `${base} answers HTTP ${status}`;
	if (status === 403)
		return ok(
			MISSING,
			`${said}: absent, as a bucket says whose listing is private`,
		);
	if (status === 404)
		return ok(
			MISSING,
			`${said}: absent, as a bucket says whose listing is public`,
		);
	if (status === 200) {
		return broken(
			MISSING,
			`${said} for a name that nothing bears: every job would look finished`,
			"Set SPACES_BASE_URL to the bucket itself: what answers there answers to anything",
		);
	}
	if (status >= 300 && status < 400) {
		return broken(
			MISSING,
			`${said}, a redirect${leading(base, headers.location)}, and none is followed: no file is ever found`,
			"Set SPACES_BASE_URL to where it leads: https, the bucket's own region",
		);
	}
	if (status === 429 || status >= 500) {
		return broken(
			MISSING,
			`${said}, a fault of its own: until that is over, nothing is learnt of any file`,
			"Look at status.digitalocean.com, and at how often the bucket is asked",
		);
	}
	return unknown(
		MISSING,
		`${said}, which says neither that a file is there nor that it is not`,
		"Compare SPACES_BASE_URL with the URL in a webhook of NCA's",
	);
}

/** The rest of an address from outside may be anything, and is not shown. */
function leading(base: string, location: string | undefined): string {
	const to = location === undefined ? null : URL.parse(location, base);
	return to && /^[\w.:-]{1,100}$/.test(to.host)
		? ` to ${to.protocol}//${to.host}`
		: "";
}
