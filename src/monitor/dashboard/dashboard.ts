import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import express, { type RequestHandler, type Router } from "express";
import { faultFields, Transient } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { createLive } from "./live.ts";
import type { Overview } from "./overview.ts";
import { page, sectionsOf, UNREADABLE } from "./page.ts";

type Needs = {
	/** @throws where the store cannot be read */
	overview: () => Promise<Overview>;
	/** Does the work every so many ms, until what it returns is called. */
	every: (ms: number, work: () => void) => () => void;
	log: Log;
};

export type Dashboard = {
	routes: Router;
	/** Ends what it sends to browsers. */
	close: () => void;
};

/** Nothing but what we serve ourselves, and no script that stands in the page. */
const POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	"img-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

const HEADERS = {
	"Content-Security-Policy": POLICY,
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control": "no-store",
};

const CLIENT = join(import.meta.dirname, "client");
const UPLOT = dirname(
	createRequire(import.meta.url).resolve("uplot/dist/uPlot.iife.min.js"),
);
const FILES: Record<string, string> = {
	"live.js": join(CLIENT, "live.js"),
	"morph.js": join(CLIENT, "morph.js"),
	"chart.js": join(CLIENT, "chart.js"),
	"style.css": join(CLIENT, "style.css"),
	"icon.svg": join(CLIENT, "icon.svg"),
	"uplot.js": join(UPLOT, "uPlot.iife.min.js"),
	"uplot.css": join(UPLOT, "uPlot.min.css"),
};
/** What is served below the page's own address. */
export const FILE_NAMES = Object.keys(FILES);

/** `GET /dashboard`: one page for a person, and what keeps it up to date. */
export function createDashboard({ overview, every, log }: Needs): Dashboard {
	const make = async () => sectionsOf(await overview());
	const live = createLive({ make, every, log });
	const routes = express.Router();

	routes.use("/dashboard", withHeaders);
	routes.get("/dashboard", async (_req, res) => {
		try {
			res.type("html").send(page(await make()).markup);
		} catch (error) {
			if (!(error instanceof Transient)) throw error;
			log.warn(faultFields(error), "dashboard not made");
			res.status(503).type("html").send(UNREADABLE.markup);
		}
	});
	routes.get("/dashboard/events", live.listen);
	for (const [name, file] of Object.entries(FILES)) {
		routes.get(`/dashboard/${name}`, (_req, res) => {
			const root = dirname(file);
			res.sendFile(basename(file), { root, cacheControl: false });
		});
	}
	return { routes, close: live.close };
}

const withHeaders: RequestHandler = (_req, res, next) => {
	res.set(HEADERS);
	next();
};
