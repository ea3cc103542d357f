import express, { type Router } from "express";

type Needs = {
	/** Makes the document. */
	document: () => Promise<object>;
};

/** `GET /openapi.json`: this surface, for machines. Made when it is first asked for, since most programs that run never are. */
export function createOpenapiRoute({ document }: Needs): Router {
	const router = express.Router();
	let made: object | null = null;

	router.get("/openapi.json", async (_req, res) => {
		made ??= await document();
		res.json(made);
	});
	return router;
}
