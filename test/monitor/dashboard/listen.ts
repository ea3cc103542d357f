import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";

export type Heard = { event: string; data: Record<string, string> };

/** Listens as a browser's EventSource does. */
export async function listen(
	url: string,
	headers: Record<string, string> = {},
) {
	const request: ClientRequest = get(`${url}/dashboard/events`, {
		headers,
		agent: false,
	});
	request.on("error", () => {});
	onTestFinished(() => void request.destroy());
	const [response] = (await once(request, "response")) as [IncomingMessage];
	response.setEncoding("utf8");
	const heard: Heard[] = [];
	let text = "";
	response.on("data", (chunk) => {
		const parts = `${text}${chunk}`.split("\n\n");
		text = parts.pop() ?? "";
		heard.push(...parts.flatMap(asHeard));
	});
	// Whoever ends it, it has ended.
	response.on("error", () => {});
	const ended = new Promise((resolve) => response.once("close", resolve));

	return {
		status: response.statusCode,
		headers: response.headers,
		/** Everything so far. */
		heard,
		/** Resolves when it is over. */
		ended,
		response,
		leave: () => request.destroy(),
		/** Resolves with what was heard since `from` when there is one of that kind among it. */
		async until(event: string, from = 0): Promise<Heard[]> {
			while (!heard.slice(from).some((one) => one.event === event))
				await once(response, "data");
			return heard.slice(from);
		},
	};
}

function asHeard(block: string): Heard[] {
	const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
	return event && data ? [{ event, data: JSON.parse(data) }] : [];
}
