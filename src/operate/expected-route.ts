import express, {
	type Request,
	type RequestHandler,
	type Router,
} from "express";
import { z } from "zod";
import type { Ledger } from "../inbox/ledger.ts";
import { asNcaJobId, asRecordId } from "../job.ts";
import type { Log } from "../log.ts";
import { asked } from "./asked.ts";

type Needs = {
	/** Lets in who bears the admin token. */
	gate: RequestHandler;
	/** Whether this is the token that the job's webhook URL carries. */
	isTokenOf: (token: string, jobId: string, operation: string) => boolean;
	ledger: Pick<Ledger, "expect">;
	log: Log;
	now: () => number;
};

/** What is announced, as it is sent. */
export const announcement = z.strictObject({
	job_id: z
		.string()
		.describe("the record's id")
		.transform((text, context) => {
			const id = asRecordId(text);
			if (id === null) context.addIssue("a record's id, rec…");
			return id;
		}),
	operation: z.string().min(1).max(64),
	external_job_id: z
		.string()
		.nullish()
		.describe("NCA's id for the run")
		.transform((text) => asNcaJobId(text)),
	token: z.string().optional().describe("the job's own, as an alternative"),
});

/** `POST /jobs/expected`: the engine says that a webhook is to come. It bears the admin token, or the job's own. */
export function createExpectedRoute(needs: Needs): Router {
	const { gate, isTokenOf, ledger, log, now } = needs;
	const router = express.Router();
	const json = express.json({ limit: "16kb", type: () => true });

	router.post("/jobs/expected", json, (req, res, next) => {
		const { job_id: jobId, operation } = fieldsOf(req);
		const token = tokenOf(req);
		const isKnown =
			token !== null &&
			typeof jobId === "string" &&
			typeof operation === "string" &&
			isTokenOf(token, jobId, operation);
		if (isKnown) next();
		else gate(req, res, next);
	});
	router.post("/jobs/expected", async (req, res) => {
		const wanted = asked(announcement, req.body ?? {}, res);
		if (!wanted?.job_id) return;
		const { job_id: jobId, operation, external_job_id: ncaJobId } = wanted;
		const at = now();
		await ledger.expect({ jobId, ncaJobId, operation, at });
		log.info(
			{ job_id: jobId, operation, nca_job_id: ncaJobId },
			"webhook expected",
		);
		res.status(202).json({ job_id: jobId, status: "expected" });
	});
	return router;
}

/** Whether it bears any token, an admin's or a job's; a header of another kind is an attempt at one. */
export function bearsToken(req: Request): boolean {
	return req.get("Authorization") !== undefined || tokenOf(req) !== null;
}

/** As a Bearer, in the query or in the body: wherever the engine finds it easy. */
function tokenOf(req: Request): string | null {
	const [, bearer] =
		/^Bearer (\S+)$/i.exec(req.get("Authorization") ?? "") ?? [];
	const params = new URLSearchParams(req.url.split("?").slice(1).join("?"));
	const [query, ...more] = params.getAll("token");
	const { token } = fieldsOf(req);
	const inQuery = more.length === 0 ? query : undefined;
	return bearer ?? inQuery ?? (typeof token === "string" ? token : null);
}

/** The body's, unchecked. */
function fieldsOf(req: Request): Record<string, unknown> {
	return Object(req.body);
}
