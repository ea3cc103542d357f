import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Answer, Http } from "../../probe/http.ts";
import { notFoundBody } from "../../probe/nca.ts";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { parseJson } from "./json.ts";
import { broken, ok, unknown } from "./verdict.ts";

type Needs = {
	config: Pick<Config, "NCA_BASE_URL" | "NCA_API_KEY">;
	http: Http;
};

const envelope = z.object({ response: z.literal("Authorized") });
const built = z.object({ build_number: z.number() });

const SETTINGS = "settings";
const KEY = "key";
const STATUS = "job/status";

/**
 * Whether NCA can be asked what became of a job. NCA keeps a file of every question, a doctor's too, so there are two
 * of them at most.
 */
export async function examineNca({ config, http }: Needs): Promise<Finding[]> {
	const { NCA_BASE_URL: base, NCA_API_KEY: key } = config;
	if (base === undefined) {
		return [
			unknown(
				SETTINGS,
				"NCA_BASE_URL is not set: a job that failed, or whose file has another name, is not found by polling",
				"Set NCA_BASE_URL and NCA_API_KEY, and the poller asks NCA about such jobs",
			),
		];
	}
	if (key === undefined) {
		return [
			broken(
				SETTINGS,
				"NCA_BASE_URL is set, and NCA_API_KEY is not: NCA refuses every question",
				"Set NCA_API_KEY to the API_KEY of NCA",
			),
		];
	}
	const settings = ok(SETTINGS, "NCA_BASE_URL and NCA_API_KEY are set");
	const headers = { "X-API-Key": key };
	const url = `${base}/v1/toolkit/authenticate`;
	const greeting = await http({ method: "GET", url, headers });
	const greeted = judgeKey(greeting);
	if (greeted.state === "broken") return [settings, greeted];
	const question = await http({
		method: "POST",
		url: `${base}/v1/toolkit/job/status`,
		headers,
		json: { job_id: randomUUID() },
	});
	return [settings, greeted, buildOf(greeting), judgeStatus(question)];
}

function judgeKey(answer: Answer): Finding {
	if (answer.kind === "fault") {
		const { found, remedy } = toldOfFault(answer.code, "NCA_BASE_URL");
		return broken(KEY, `NCA cannot be reached: ${found}`, remedy);
	}
	const { status } = answer;
	if (status === 200 && envelope.safeParse(parseJson(answer.text)).success)
		return ok(KEY, "NCA accepts the key");
	if (status === 401 || status === 403) {
		return broken(
			KEY,
			`NCA refuses the key (HTTP ${status})`,
			"Set NCA_API_KEY to the API_KEY of NCA",
		);
	}
	if (status >= 500) {
		return broken(
			KEY,
			`NCA, or a proxy before it, has a fault of its own (HTTP ${status})`,
			"Look at NCA's log, and whether its container runs",
		);
	}
	if (status >= 300 && status < 400) {
		return broken(
			KEY,
			`NCA_BASE_URL is redirected (HTTP ${status}), and a redirect is not followed`,
			"Set NCA_BASE_URL to the URL that it leads to: https, the right host",
		);
	}
	return broken(
		KEY,
		`something answers there, and not as NCA does (HTTP ${status})`,
		"Set NCA_BASE_URL to the URL of the NCA Toolkit itself, without a path such as /v1",
	);
}

function buildOf(answer: Answer): Finding {
	const said =
		answer.kind === "answered" ? built.safeParse(parseJson(answer.text)) : null;
	return said?.success
		? ok("build", `build ${said.data.build_number}`)
		: unknown(
				"build",
				"NCA does not say which build it is, as old ones do not",
				null,
			);
}

function judgeStatus(answer: Answer): Finding {
	if (answer.kind === "fault") {
		const { found, remedy } = toldOfFault(answer.code, "NCA_BASE_URL");
		return broken(STATUS, `job/status cannot be asked: ${found}`, remedy);
	}
	const { status, text } = answer;
	const isOurs = notFoundBody.safeParse(parseJson(text)).success;
	if (status === 404 && isOurs)
		return ok(
			STATUS,
			"a job that NCA never had is not known to it, as it should be",
		);
	if (status === 404 || status === 405) {
		return broken(
			STATUS,
			`this NCA has no job/status (HTTP ${status})`,
			"Update NCA's image: older builds cannot say what became of a job",
		);
	}
	if (status >= 500) {
		return broken(
			STATUS,
			`NCA cannot read its files of jobs (HTTP ${status})`,
			"Look at NCA's log, and whether its disk is full",
		);
	}
	return unknown(
		STATUS,
		`job/status answers HTTP ${status} for a job that NCA never had`,
		"Look whether the build of NCA is one of the toolkit's own",
	);
}
