import { z } from "zod";
import { type Described, outOfReach, refused } from "../../described.ts";
import { FILE_NAMES } from "../dashboard/dashboard.ts";
import { ready } from "./ready.ts";
import { status } from "./status.ts";

/** Figures, for machines and for a person. */
export const described: readonly Described[] = [
	{
		method: "get",
		path: "/ready",
		name: "getReady",
		tag: "monitoring",
		summary: "How everything that is depended on last answered",
		description: "Without asking it. What nothing was heard of is not down.",
		door: "operator",
		answers: {
			200: { says: "All that is needed answers", schema: ready },
			503: { says: "Something that is needed does not", schema: ready },
		},
	},
	{
		method: "get",
		path: "/status",
		name: "getStatus",
		tag: "monitoring",
		summary: "The figures, what is wrong, and how each operation does",
		door: "operator",
		answers: { 200: { says: "The figures", schema: status }, ...outOfReach },
	},
	{
		method: "get",
		path: "/metrics",
		name: "getMetrics",
		tag: "monitoring",
		summary: "The figures for Prometheus",
		description: "On METRICS_PORT, too, and without a token there.",
		door: "operator",
		answers: {
			200: { says: "Prometheus' text format", types: ["text/plain"] },
			503: refused("The store cannot be read"),
		},
	},
	{
		method: "get",
		path: "/dashboard",
		name: "getDashboard",
		tag: "monitoring",
		summary: "What is wrong, and what is stuck, for a browser",
		door: "operator",
		answers: {
			...outOfReach,
			200: { says: "A page", types: ["text/html"] },
			503: { says: "The store cannot be read", types: ["text/html"] },
		},
	},
	{
		method: "get",
		path: "/dashboard/events",
		name: "followDashboard",
		tag: "monitoring",
		summary: "What changes on that page, as it happens",
		door: "operator",
		answers: {
			200: {
				says: "Events `section`, `alive` and `failed`, without an end",
				types: ["text/event-stream"],
			},
			403: refused("Asked by a page of another site"),
			503: refused("So many look already"),
		},
	},
	{
		method: "get",
		path: "/dashboard/:file",
		name: "getDashboardFile",
		tag: "monitoring",
		summary: "What that page is made of",
		door: "operator",
		params: z.object({ file: z.enum(FILE_NAMES) }),
		answers: {
			200: {
				says: "The file",
				types: ["text/javascript", "text/css", "image/svg+xml"],
			},
		},
	},
];
