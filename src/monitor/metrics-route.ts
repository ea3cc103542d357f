import express, { type Express, type Router } from "express";
import { faultFields } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "./metrics.ts";

type Needs = { metrics: Pick<Metrics, "scrape">; log: Log };

/** `GET /metrics`, for Prometheus: 503 where the store cannot answer, since totals of 0 would be believed. */
export function createMetricsRoute({ metrics, log }: Needs): Router {
	const router = express.Router();
	router.get("/metrics", async (_req, res) => {
		try {
			const { text, type } = await metrics.scrape();
			res.set("Content-Type", type).send(text);
		} catch (error) {
			log.warn(faultFields(error), "metrics not read");
			res.status(503).json({ error: "the store cannot be read" });
		}
	});
	return router;
}

/** What METRICS_PORT serves: that page, to anyone who can reach the port, and nothing else. */
export function createMetricsApp(needs: Needs): Express {
	const app = express();
	app.disable("x-powered-by");
	app.disable("etag");
	app.set("query parser", false);
	app.use(createMetricsRoute(needs));
	app.use((_req, res) => {
		res.status(404).json({ error: "only GET /metrics is here" });
	});
	return app;
}
