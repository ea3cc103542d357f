import { z } from "zod";
import type { Described } from "../../described.ts";

/** The document itself. */
export const described: readonly Described[] = [
	{
		method: "get",
		path: "/openapi.json",
		name: "getDocument",
		tag: "monitoring",
		summary: "This document",
		door: "operator",
		answers: {
			200: {
				says: "OpenAPI 3.1",
				schema: z.looseObject({ openapi: z.string() }),
			},
		},
	},
];
