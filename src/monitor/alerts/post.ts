import type { Channel } from "./notice.ts";

type Answer =
	| { kind: "answered"; status: number }
	| { kind: "fault"; why: string };

type Needs = {
	/** ALERT_WEBHOOK_URL: whoever has it may post there. */
	url: string;
	/** Has a deadline of its own, and throws nothing. */
	http: (request: {
		method: "POST";
		url: string;
		json: unknown;
	}) => Promise<Answer>;
};

/** Tells by posting JSON. */
export function createPost({ url, http }: Needs): Channel {
	return {
		name: "webhook",
		async send({ at: _, since, ...notice }, signal) {
			const json = { ...notice, since: new Date(since).toISOString() };
			const answer = await Promise.race([
				http({ method: "POST", url, json }),
				abortOf(signal),
			]);
			if (answer.kind === "fault") throw new Error(answer.why);
			if (answer.status < 200 || answer.status > 299)
				throw new Error(`answered ${answer.status}`);
		},
	};
}

function abortOf(signal: AbortSignal): Promise<Answer> {
	const why = "given up";
	return new Promise((resolve) =>
		signal.addEventListener("abort", () => resolve({ kind: "fault", why }), {
			once: true,
		}),
	);
}
