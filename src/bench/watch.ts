import type { Request } from "express";
import type { AirtableStandIn } from "../sandbox/airtable.ts";

/** What a request to Airtable was for. */
const KINDS = [
	"list of stuck jobs",
	"LIST Jobs",
	"LIST Segments",
	"PATCH Segments",
	"PATCH Jobs",
	/** Whether Airtable has fetched what was attached: a matter of its own, which begins some seconds later. */
	"read-back",
] as const;

type Kind = (typeof KINDS)[number];

export type Watch = {
	/** Resolves when all are completed, with what it took. */
	done: Promise<Toll>;
};

export type Toll = {
	/** From the first request until the last job was completed. */
	seconds: number;
	/** When the last job was completed, ms of `performance.now`. */
	at: number;
	requests: Record<Kind, number>;
};

/** Watches the requests that Airtable gets until each of these jobs is completed. */
export function watch(airtable: AirtableStandIn, ids: Iterable<string>): Watch {
	const open = new Set(ids);
	const requests = Object.fromEntries(
		KINDS.map((kind) => [kind, 0]),
	) as Toll["requests"];
	let first: number | undefined;
	const { promise, resolve } = Promise.withResolvers<Toll>();

	airtable.fault((req, res, next) => {
		first ??= performance.now();
		const kind = kindOf(airtable, req);
		requests[kind] += 1;
		if (kind === "PATCH Jobs")
			res.once("finish", () => {
				if (res.statusCode === 200) close(req);
			});
		next();
	});

	function close({ body }: Request): void {
		for (const { id, fields } of body.records)
			if (fields.Status === "completed") open.delete(id);
		if (open.size > 0) return;
		airtable.fault(null);
		const at = performance.now();
		resolve({ seconds: (at - (first ?? at)) / 1000, at, requests });
	}

	return { done: promise };
}

function kindOf(airtable: AirtableStandIn, req: Request): Kind {
	const jobs = req.path.split("/")[3] === "Jobs";
	if (req.method === "PATCH") return jobs ? "PATCH Jobs" : "PATCH Segments";
	const query = new URLSearchParams(req.url.split("?")[1] ?? "");
	const formula: string =
		query.get("filterByFormula") ?? req.body?.filterByFormula ?? "";
	const ids = [...formula.matchAll(/RECORD_ID\(\)='(\w+)'/g)];
	if (ids.length === 0) return "list of stuck jobs";
	const isWritten = ([, id = ""]: RegExpMatchArray) =>
		jobs
			? airtable.get("Jobs", id).Status === "completed"
			: airtable.get("Segments", id).Status === "combined";
	if (ids.every(isWritten)) return "read-back";
	return jobs ? "LIST Jobs" : "LIST Segments";
}

/** All that it took, and all but the read-backs. */
export function totals({ requests }: Toll): { all: number; closing: number } {
	const all = Object.values(requests).reduce((sum, one) => sum + one, 0);
	return { all, closing: all - requests["read-back"] };
}
