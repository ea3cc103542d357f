import { Permanent, Transient } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Fields } from "./answers.ts";
import type { Gateway } from "./gateway.ts";
import type { Refusals } from "./refusals.ts";
import type { Update } from "./requests.ts";

/** What became of one record's update. */
export type Written =
	| { kind: "written" }
	/** Its essential field was refused: nothing of the record was written. */
	| { kind: "refused"; field: string; why: string }
	/** The record is not there any more. */
	| { kind: "gone" }
	| { kind: "fault"; error: Transient };

/** By the record's id. */
export type Results = Map<string, Written>;

export type AttemptNeeds = {
	gateway: Pick<Gateway, "update">;
	refusals: Refusals;
	log: Log;
};

/** One write of a table. */
type TableWrite = {
	table: string;
	isEssential: (field: string) => boolean;
	results: Results;
};

/** Sends updates in one call, and enters into the results what came of them. */
export function createAttempt(
	{ gateway, refusals, log }: AttemptNeeds,
	{ table, isEssential, results }: TableWrite,
) {
	return attempt;

	/** Sends what is not known to be refused. @returns why Airtable took none of it */
	async function attempt(batch: readonly Update[]): Promise<Permanent | null> {
		const allowed = batch.flatMap(withoutRefused);
		if (allowed.length === 0) return null;
		try {
			await gateway.update(table, allowed);
			for (const { id } of allowed) results.set(id, { kind: "written" });
		} catch (error) {
			if (error instanceof Permanent) return error;
			if (!(error instanceof Transient)) throw error;
			for (const { id } of allowed) results.set(id, { kind: "fault", error });
		}
		return null;
	}

	function withoutRefused({ id, fields }: Update): Update[] {
		const kept: Fields = {};
		for (const [field, value] of Object.entries(fields)) {
			const why = refusals.why({ table, field, value });
			if (why === null) kept[field] = value;
			else if (isEssential(field)) {
				results.set(id, { kind: "refused", field, why });
				log.warn(
					{ table, field, record: id, why },
					"airtable refused an essential field a moment ago",
				);
				return [];
			}
		}
		if (Object.keys(kept).length > 0) return [{ id, fields: kept }];
		results.set(id, { kind: "written" });
		return [];
	}
}
