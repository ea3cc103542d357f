import type { Results } from "../../src/airtable/attempt.ts";
import { createRefusals } from "../../src/airtable/refusals.ts";
import type { Update } from "../../src/airtable/requests.ts";
import { createWrite } from "../../src/airtable/write.ts";
import {
	ENGINE_SCHEMA,
	type Schema,
} from "../../src/sandbox/airtable-schema.ts";
import { setUp } from "./set-up.ts";

/** Jobs of which only the Status may not fail; `Notes` and `Extra` are not in the base unless the schema says so. */
export const WITHOUT_NOTES: Schema = {
	Jobs: { Status: ["processing", "completed", "failed"], Type: "text" },
};

/** The writer on a real gateway and a stand-in, with jobs in its base. */
export async function setUpWrite({ jobs = 1, schema = ENGINE_SCHEMA } = {}) {
	const { airtable, gateway, log, ...rest } = await setUp({ schema });
	const refusals = createRefusals(rest.clock.now);
	const writer = createWrite({ gateway, refusals, log });
	const ids = Array.from({ length: jobs }, () =>
		airtable.create("Jobs", { Status: "processing" }),
	);
	const write = (updates: readonly Update[]) =>
		writer("Jobs", updates, (field) => field === "Status");
	/** How many records each PATCH held, and forgets them. */
	const patches = () => airtable.calls.splice(0).map((call) => call.records);
	const get = (id: string) => airtable.get("Jobs", id);

	return { ...rest, airtable, ids, write, patches, get };
}

/** The ids by what became of them. */
export function byKind(results: Results): Record<string, string[]> {
	const kinds = Map.groupBy(results.keys(), (id) => results.get(id)?.kind);
	return Object.fromEntries(kinds);
}
