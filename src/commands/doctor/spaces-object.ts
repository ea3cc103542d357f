import type { Http } from "../../probe/http.ts";
import { createLocate, objectAt } from "../../probe/object.ts";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { otherShape } from "./spaces-shape.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

type Needs = {
	bases: readonly string[];
	/** Its name, or its URL. */
	object: string | null;
	http: Http;
};

const CHECK = "known object";

/** Whether an object that is there is found, and may be read by anyone, as Airtable must to attach it. */
export async function examineObject(needs: Needs): Promise<Finding[]> {
	const { bases, object, http } = needs;
	if (object === null) {
		return [
			unknown(
				CHECK,
				"not looked for: whether anyone may read the files, as Airtable must, only a file can show",
				"Run the doctor with --object and the name, or the URL, of a file that NCA has made",
			),
		];
	}
	const name = nameOf(object, bases);
	if (typeof name !== "string") return [name];

	const findings: Finding[] = [];
	for (const base of bases) {
		const finding = await look(base, name, http);
		if (finding.state !== "broken") return [finding];
		findings.push(finding);
	}
	for (const base of bases.flatMap((base) => otherShape(base) ?? [])) {
		const { state } = await look(base, name, http);
		if (state !== "ok") continue;
		return [
			broken(
				CHECK,
				`the file is not at ${bases.join(", ")} but at ${base}`,
				`Set SPACES_BASE_URL to ${base}`,
			),
		];
	}
	return findings;
}

/** The object's name, or why there is none below the bases. */
function nameOf(object: string, bases: readonly string[]): string | Finding {
	if (!/^https?:\/\//i.test(object)) return object;
	const url = URL.parse(object);
	// What stands behind it, such as a signature, is neither needed nor shown.
	const plain = url ? url.origin + url.pathname : object;
	const located = createLocate(bases)(plain);
	return (
		located?.name ??
		broken(
			CHECK,
			"the URL given is not below SPACES_BASE_URL: a webhook with such a one is parked as a foreign file",
			`Where it is a file of NCA's, set SPACES_BASE_URL to ${plain.slice(0, plain.lastIndexOf("/"))}`,
		)
	);
}

async function look(base: string, name: string, http: Http): Promise<Finding> {
	const { url } = objectAt(base, name);
	const answer = await http({ method: "HEAD", url });
	if (answer.kind === "fault") {
		const { found, remedy } = toldOfFault(answer.code, "SPACES_BASE_URL");
		return broken(CHECK, `${base} cannot be reached: ${found}`, remedy);
	}
	const { status, length, headers } = answer;
	if (status === 403) {
		return broken(
			CHECK,
			`${url} answers HTTP 403: it is not there, or only its owner may read it, and then Airtable could not fetch it`,
			"Look for it in the bucket: where it is there, make it public (NCA uploads with the ACL public-read); where not, compare SPACES_BASE_URL with the URL in a webhook of NCA's",
		);
	}
	if (status === 404) {
		return broken(
			CHECK,
			`${url} answers HTTP 404: it is not there`,
			"Compare SPACES_BASE_URL, and the name, with the URL in a webhook of NCA's",
		);
	}
	if (status !== 200) {
		return broken(
			CHECK,
			`${url} answers HTTP ${status}, which proves no file`,
			"Compare SPACES_BASE_URL with the URL in a webhook of NCA's",
		);
	}
	if (length === null) {
		return warning(
			CHECK,
			`${url} is there, and its length is not told: the poller takes that for unknown`,
			"Look what stands before the bucket and drops Content-Length",
		);
	}
	if (length === 0) {
		return broken(
			CHECK,
			`${url} is there, and empty`,
			"Give another file: an empty one is taken for none",
		);
	}
	const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers["content-type"] ?? "")?.[0];
	return ok(CHECK, `${url}: ${length} bytes, ${type ?? "of no type"}`);
}
