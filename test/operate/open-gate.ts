import express from "express";
import { onTestFinished } from "vitest";
import { createAdminGate } from "../../src/operate/gate.ts";
import { serve } from "../../src/sandbox/serve.ts";

/** A server that says yes to everyone whom the gate lets in. */
export async function openGate({
	adminToken,
	production = false,
}: {
	adminToken?: string;
	production?: boolean;
}): Promise<string> {
	const app = express()
		.use(
			createAdminGate({
				adminToken,
				production,
				limit: (_req, _res, next) => next(),
				refused: () => {},
			}),
		)
		.use((_req, res) => res.json("in"));
	const { url, close } = await serve(app);
	onTestFinished(close);
	return url;
}
