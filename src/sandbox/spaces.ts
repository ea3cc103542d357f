import express, { type RequestHandler } from "express";
import { type Stand, serve } from "./serve.ts";

export type SpacesStandIn = Stand & {
	/** What stands before an object's name. */
	base: string;
	/** @param storedAt ms since the epoch; without it, it does not tell */
	put(name: string, bytes: number, storedAt?: number): string;
	/** Answers every request with this status, until null. */
	fail(status: number | null): void;
	/** Lets this one see every request first, until null. */
	fault(fault: RequestHandler | null): void;
	/** HEADs that were answered, by name. */
	heads: string[];
};

type Options = {
	/** What a missing object is answered with: 403 where the bucket's listing is private, else 404. */
	missing?: 403 | 404;
};

/** A stand-in for a DigitalOcean Space whose objects anyone may read. */
export async function startSpaces({
	missing = 403,
}: Options = {}): Promise<SpacesStandIn> {
	const objects = new Map<string, Buffer>();
	const times = new Map<string, string>();
	const heads: string[] = [];
	let failing: number | null = null;
	let fault: RequestHandler | null = null;

	const app = express();
	app.use((req, res, next) => {
		if (fault) fault(req, res, next);
		else next();
	});
	// Express answers HEAD with what GET would, less the body.
	app.get("/phi-bucket/:name", (req, res) => {
		if (req.method === "HEAD") heads.push(req.params.name);
		const found = objects.get(req.params.name);
		if (failing !== null) return void res.status(failing).end();
		if (!found) return void res.status(missing).type("xml").send("<Error/>");
		const time = times.get(req.params.name);
		if (time !== undefined) res.set("Last-Modified", time);
		res.type("binary/octet-stream").send(found);
	});
	const stand = await serve(app);
	const base = `${stand.url}/phi-bucket`;

	return {
		...stand,
		base,
		heads,
		put(name, bytes, storedAt) {
			objects.set(name, Buffer.alloc(bytes, "0"));
			if (storedAt !== undefined)
				times.set(name, new Date(storedAt).toUTCString());
			return `${base}/${encodeURIComponent(name)}`;
		},
		fail(status) {
			failing = status;
		},
		fault(how) {
			fault = how;
		},
	};
}
