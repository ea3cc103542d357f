import type { Request } from "express";
import type { JobCommands } from "./described/job.ts";

type Asked = { method: "GET" | "POST"; path: string; json?: object };

/** Makes a command to copy; null where what it would hold is not plain enough to be pasted into a shell. */
export type Curl = (req: Pick<Request, "get">, asked: Asked) => string | null;

/** What a shell takes for nothing but itself. */
const PLAIN_PATH = /^[\w./-]+$/;
const PLAIN_BASE = /^https?:\/\/[\w.:/-]+$/;
const THIS_MACHINE = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/;

/**
 * The token is the shell's own variable. Where it is sent is never what a header says, but for this machine: without
 * a base URL the host is a variable, too.
 */
export function createCurl(baseUrl: string | undefined): Curl {
	return (req, { method, path, json }) => {
		const base = baseUrl ?? hereOf(req.get("Host") ?? "");
		if (!PLAIN_PATH.test(path) || (base && !PLAIN_BASE.test(base))) return null;
		const words = [
			"curl",
			...(method === "POST" ? ["-X POST"] : []),
			// No double quote: in JSON it would have a backslash before it.
			"-H 'Authorization: Bearer '$ADMIN_TOKEN",
			...(json ? [`-d '${JSON.stringify(json)}'`] : []),
			`${base ?? "$BASE_URL"}${path}`,
		];
		return words.join(" ");
	};
}

function hereOf(host: string): string | null {
	return THIS_MACHINE.test(host) ? `http://${host}` : null;
}

/** What a person can do about a job; none where its id is not of plain characters. */
export function jobCommands(
	curl: Curl,
	req: Pick<Request, "get">,
	id: string,
): JobCommands | null {
	if (!/^[\w-]+$/.test(id)) return null;
	const path = `/debug/jobs/${id}`;
	const post = (verb: string, json?: object) =>
		curl(req, {
			method: "POST",
			path: `${path}/${verb}`,
			...(json && { json }),
		});
	return {
		timeline: curl(req, { method: "GET", path }),
		check: post("check"),
		retry: post("retry"),
		// Pasted as they stand they are refused: what is empty a person is to fill in.
		settle_completed: post("settle", {
			outcome: "completed",
			url: "",
			reason: "",
		}),
		settle_failed: post("settle", { outcome: "failed", reason: "" }),
		reopen: post("reopen", { reason: "" }),
	};
}
