import type { SetUp } from "../../set-up.ts";

export const ADMIN_TOKEN = "an-admin-token-of-24-characters";
export const AS_ADMIN = { Authorization: `Bearer ${ADMIN_TOKEN}` };

/** Asks the program; a body that is no text goes as JSON. */
export function ask(
	{ url }: Pick<SetUp, "url">,
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Response> {
	return fetch(`${url}${path}`, {
		method,
		headers: { "Content-Type": "application/json", ...headers },
		...(body !== undefined && {
			body: typeof body === "string" ? body : JSON.stringify(body),
		}),
	});
}

/** How each status of an operation is had: `POST /jobs/expected 202`, and, where there are several ways, which. */
export type Exchanges = Record<string, () => Promise<Response>>;
