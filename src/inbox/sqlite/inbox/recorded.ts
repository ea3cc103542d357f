import { setImmediate } from "node:timers/promises";
import type { Filter, Inbox, Recorded } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { asRecorded } from "./rows.ts";

/** So many rows are looked at before others have their turn. */
const TURN = 1000;
/** After every id. */
const LAST = "\u{10ffff}";

/**
 * What people look at. An index is kept for what wants a person alone; for the rest it would cost every webhook, and it
 * is looked for in turns.
 */
export function createSqliteRecorded(
	db: Database,
): Pick<Inbox, "list" | "get"> {
	const one = db.prepare("SELECT * FROM deliveries WHERE id = $id");
	const all = through("deliveries", "TRUE");
	const ofState = new Map([
		[
			"parked",
			through(
				"deliveries INDEXED BY deliveries_parked_ids",
				"state = 'parked'",
			),
		],
		[
			"buried",
			through(
				"deliveries INDEXED BY deliveries_buried_ids",
				"state = 'buried'",
			),
		],
	]);

	/** The statements that go through the rows of an index, the last id first. */
	function through(table: string, condition: string) {
		const edge = db.prepare(`
			SELECT id FROM ${table} WHERE ${condition} AND id < $before ORDER BY id DESC LIMIT 1 OFFSET ${TURN - 1}`);
		const some = db.prepare(`
			SELECT * FROM ${table}
			WHERE ${condition} AND id < $before AND id >= $from
				AND ($ids IS NULL OR job_id IN (SELECT value FROM json_each($ids))
					OR nca_job_id IN (SELECT value FROM json_each($ids)))
				AND ($state IS NULL OR state = $state)
				AND ($reasons IS NULL OR reason IN (SELECT value FROM json_each($reasons)))
				AND ($since IS NULL OR received_at >= $since)
				AND ($text IS NULL OR instr(body, CAST($text AS BLOB)) > 0)
				AND (task <> 'read_back' OR state IN ('parked', 'buried'))
			ORDER BY id DESC LIMIT $limit`);
		return { edge, some };
	}

	return {
		async list(filter: Filter) {
			const { ids, state, reasons, since, text, limit } = filter;
			const { edge, some } = ofState.get(state ?? "") ?? all;
			const wanted = {
				$ids: ids ? JSON.stringify(ids) : null,
				$state: state ?? null,
				$reasons: reasons ? JSON.stringify(reasons) : null,
				$since: since ?? null,
				$text: text ?? null,
			};
			const found: Recorded[] = [];
			for (let $before = filter.before ?? LAST; ; await setImmediate()) {
				const $from = (edge.get({ $before })?.id ?? "") as string;
				const $limit = limit - found.length;
				const rows = some.all({ ...wanted, $before, $from, $limit });
				found.push(...rows.map(asRecorded));
				if ($from === "" || found.length >= limit) return found;
				$before = $from;
			}
		},
		async get(id) {
			const row = one.get({ $id: id });
			return row ? asRecorded(row) : null;
		},
	};
}
