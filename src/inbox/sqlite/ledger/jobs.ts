import type { RecordId } from "../../../job.ts";
import type { JobState } from "../../job-state/state.ts";
import type { Database } from "../database.ts";
import { asExpected, asRun, asSeen } from "./rows.ts";

/** What is remembered of a job, each part by itself. */
export type SqliteJobs = {
	/** null: its record was not seen yet. */
	seen(id: RecordId): JobState["seen"];
	/** By NCA's id. @param lookOf what the last look at each came to, for whoever wants it */
	runs(id: RecordId, lookOf?: ReadonlyMap<unknown, string>): JobState["runs"];
	/** By NCA's id. */
	expected(id: RecordId): JobState["expected"];
};

const NONE: ReadonlyMap<unknown, string> = new Map();

/** What is remembered of single jobs. */
export function createSqliteJobs(db: Database): SqliteJobs {
	const job = db.prepare("SELECT * FROM jobs WHERE job_id = $id");
	const runs = db.prepare("SELECT * FROM runs WHERE job_id = $id");
	const expected = db.prepare("SELECT * FROM expected WHERE job_id = $id");

	return {
		seen(id) {
			const row = job.get({ $id: id });
			return row ? asSeen(row) : null;
		},
		runs(id, lookOf = NONE) {
			return new Map(
				runs.all({ $id: id }).map((row) => {
					const looked = lookOf.get(row.nca_job_id) ?? null;
					return [row.nca_job_id as string, asRun(row, looked)];
				}),
			);
		},
		expected(id) {
			return new Map(
				expected
					.all({ $id: id })
					.map((row) => [row.nca_job_id as string, asExpected(row)]),
			);
		},
	};
}
