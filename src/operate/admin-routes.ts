import express, {
	type ErrorRequestHandler,
	type RequestHandler,
	type Router,
} from "express";
import { faultFields, Transient } from "../errors.ts";
import { inertJson } from "../inert.ts";
import type { Log } from "../log.ts";

type Needs = {
	gate: RequestHandler;
	/** What takes more than the admin token, and so stands before the gate. */
	open: readonly Router[];
	routes: readonly Router[];
	log: Log;
};

/** Everything that is not for NCA, behind the gate. */
export function createAdminRoutes({ gate, open, routes, log }: Needs): Router {
	const router = express.Router();
	router.use(notKept, readable);
	// Whatever it calls itself: `curl -d` calls everything a form.
	const json = express.json({ limit: "16kb", type: () => true });
	for (const one of open) router.use(one);
	router.use(gate);
	router.use(json);
	for (const one of routes) router.use(one);
	router.use(whenUnavailable(log));
	return router;
}

/** What is for operators is in no cache, of a browser or on the way. */
const notKept: RequestHandler = (_req, res, next) => {
	res.set("Cache-Control", "no-store");
	next();
};

/** `curl` prints what comes as it comes: in lines, the last one ended, and nothing in them that steers a terminal. */
const readable: RequestHandler = (_req, res, next) => {
	res.json = (body) =>
		res.type("json").send(`${inertJson(JSON.stringify(body, null, 2))}\n`);
	next();
};

/** Airtable, or the store, could not be had. */
function whenUnavailable(log: Log): ErrorRequestHandler {
	return (error, req, res, next) => {
		if (!(error instanceof Transient)) return next(error);
		log.warn(
			{ method: req.method, path: req.path, ...faultFields(error) },
			"debug request failed",
		);
		res.status(503).json({ error: error.message });
	};
}
