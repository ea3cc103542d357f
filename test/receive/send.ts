import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import request from "supertest";
import { composeSuccess } from "../bodies.ts";

/** A record of `Jobs`, and NCA's id for its run. */
export const JOB = "recAAAAAAAAAAAAAA";
export const RUN = "0b7c1f6e-5f6e-4c57-9a35-0d5c2f3f3a01";
export const ROUTE = "/webhooks/nca-toolkit";
export const MIB = 1024 * 1024;

type Post = {
	query?: string;
	body: string | Buffer | object;
	headers?: Record<string, string>;
};

/** Posts to the webhook route, as NCA does; text and bytes go as they are. */
export function post(url: string, { query, body, headers = {} }: Post) {
	const bytes =
		typeof body === "string" || Buffer.isBuffer(body)
			? body
			: JSON.stringify(body);
	return (
		request(url)
			.post(query === undefined ? ROUTE : `${ROUTE}?${query}`)
			.set({ "Content-Type": "application/json", ...headers })
			// Else it would write a Buffer as JSON.
			.serialize((asIs) => asIs)
			.send(bytes)
	);
}

/** Posts in chunks, so that no header tells how much will come. */
export function postInChunks(
	url: string,
	chunks: readonly (string | Buffer)[],
): Promise<{ status: number | undefined; body: unknown }> {
	return new Promise((resolve, reject) => {
		const req = httpRequest(`${url}${ROUTE}`, { method: "POST" }, (res) => {
			let text = "";
			res.on("data", (chunk) => {
				text += chunk;
			});
			res.on("end", () =>
				resolve({ status: res.statusCode, body: JSON.parse(text) }),
			);
		});
		req.on("error", reject);
		for (const chunk of chunks) req.write(chunk);
		req.end();
	});
}

/** A success as NCA reports it, of a file that is ours. */
export function goodBody({ base }: { base: string }, id: string | null = JOB) {
	return composeSuccess(id, RUN, `${base}/${RUN}_output_0.mp4`);
}

export function hmac(secret: string, data: string): string {
	return createHmac("sha256", secret).update(data).digest("hex");
}
