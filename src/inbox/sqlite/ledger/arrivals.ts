import { NCA_FINISHED } from "../../ledger/facts.ts";
import type { Arrivals } from "../../ledger/runs.ts";
import { runKey } from "../../run-key.ts";
import { countsOfDelay, lasted } from "../../tally.ts";
import type { Database } from "../database.ts";
import type { SqliteAwaited } from "./awaited.ts";
import type { SqliteFacts } from "./facts.ts";
import type { SqliteTallies } from "./tallies.ts";

type Needs = {
	db: Database;
	awaited: Pick<SqliteAwaited, "arrive">;
	tallies: Pick<SqliteTallies, "add">;
	facts: Pick<SqliteFacts, "latest">;
};

/** The webhooks that came for runs. */
export function createSqliteArrivals({
	db,
	awaited,
	tallies,
	facts,
}: Needs): Arrivals {
	const endpoint = db.prepare(`
		UPDATE runs SET endpoint = COALESCE($endpoint, endpoint)
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);

	return {
		async arrived(arrivals) {
			if (arrivals.length === 0) return [];
			return db.transaction(() => {
				const delays: number[] = [];
				for (const one of arrivals) {
					endpoint.run({ ...runKey(one), $endpoint: one.endpoint });
					const createdAt = awaited.arrive(one);
					if (createdAt === null) continue;
					const delay = lasted(createdAt, one.at);
					tallies.add(countsOfDelay(delay), one.at);
					delays.push(delay);
				}
				facts.latest(NCA_FINISHED, Math.max(...arrivals.map(({ at }) => at)));
				return delays;
			});
		},
	};
}
