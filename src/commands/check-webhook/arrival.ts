import { z } from "zod";
import type { Http } from "../../probe/http.ts";

type Needs = {
	http: Http;
	/** Where the program answers this machine. */
	programUrl: string;
	adminToken: string | undefined;
};

/** Whether the program has it; `closed`: it will not say, `unknown`: it could not. */
export type Arrival =
	| { kind: "arrived" | "not yet" }
	| { kind: "closed" | "unknown"; why: string };

const list = z.object({ items: z.array(z.object({ body: z.string() })) });

/** Asks the program whether a debug webhook came whose body holds this. */
export function createArrival({ http, programUrl, adminToken }: Needs) {
	return async function arrival(nonce: string): Promise<Arrival> {
		const answer = await http({
			method: "GET",
			url: `${programUrl}/debug/webhooks?status=test&q=${nonce}`,
			headers: adminToken ? { Authorization: `Bearer ${adminToken}` } : {},
		});
		if (answer.kind === "fault")
			return { kind: "unknown", why: `the program ${answer.why}` };
		const { status, text } = answer;
		const found = list.safeParse(parsed(text));
		if (status === 200 && found.success) {
			const isHere = found.data.items.some(({ body }) => body.includes(nonce));
			return { kind: isHere ? "arrived" : "not yet" };
		}
		if (status === 401 || status === 403)
			return {
				kind: "closed",
				why: adminToken
					? `it refused ADMIN_TOKEN (${status}): set the one that the program runs with`
					: `it wants ADMIN_TOKEN (${status}): set the one that the program runs with`,
			};
		if (status >= 500)
			return { kind: "unknown", why: `the program answered ${status}` };
		return {
			kind: "closed",
			why: `${status} is not this program's answer: does WEBHOOK_BASE_URL lead to it?`,
		};
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
