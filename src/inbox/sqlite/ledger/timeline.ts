import type { RecordId } from "../../../job.ts";
import type { JobEvent } from "../../../settle/memory.ts";
import type { Look } from "../../ledger/rounds.ts";
import { CLOSING, type Timeline } from "../../ledger/timeline.ts";
import { idOf, runKey } from "../../run-key.ts";
import type { Database, Row } from "../database.ts";
import { quoted } from "../quoted.ts";
import { createWalk } from "../walk.ts";

/** What happened, and what adds to it within a transaction. */
export type SqliteTimeline = Timeline & {
	prune(before: number, closesBefore: number): Promise<void>;
	add(events: readonly JobEvent[]): void;
	/** Only where it differs from the one before. */
	addLook(look: Look, at: number): void;
};

/** Of one job; what is wanted to undo a close is among the latest. */
const MOST = 2000;

/** What happened to each job. */
export function createSqliteTimeline(db: Database): SqliteTimeline {
	const insert = db.prepare(`
		INSERT INTO events (job_id, nca_job_id, at, what, facts)
		VALUES ($job_id, $nca_job_id, $at, $what, $facts)`);
	const latest = db.prepare(
		"SELECT * FROM events WHERE job_id = $job_id ORDER BY id DESC LIMIT $limit",
	);
	const last = db.prepare(`
		SELECT facts FROM events WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND what = 'looked'
		ORDER BY id DESC LIMIT 1`);
	const walk = createWalk(db, "events", "id");
	const prune = db.prepare(`
		DELETE FROM events
		WHERE id > $from AND id <= $to
			AND at < $before AND (at < $settled OR what NOT IN (${quoted(CLOSING)}))`);

	function add(events: readonly JobEvent[]): void {
		for (const { jobId, ncaJobId, at, what, facts } of events) {
			insert.run({
				...runKey({ jobId, ncaJobId }),
				$at: at,
				$what: what,
				$facts: JSON.stringify(facts),
			});
		}
	}

	return {
		add,
		addLook({ jobId, ncaJobId, verdict, why }, at) {
			const facts = { verdict, why };
			const before = last.get(runKey({ jobId, ncaJobId }))?.facts;
			if (before === JSON.stringify(facts)) return;
			add([{ jobId, ncaJobId, at, what: "looked", facts }]);
		},
		async timeline(jobId) {
			const events = latest.all({ $job_id: jobId, $limit: MOST });
			return events.map(asEvent).reverse();
		},
		async happened(event) {
			add([event]);
		},
		async prune(before, closesBefore) {
			await walk((bounds) => {
				prune.run({ ...bounds, $before: before, $settled: closesBefore });
			});
		},
	};
}

function asEvent(row: Row): JobEvent {
	return {
		jobId: row.job_id as RecordId,
		ncaJobId: idOf(row.nca_job_id as string),
		at: row.at as number,
		what: row.what as string,
		facts: JSON.parse(row.facts as string) as Record<string, unknown>,
	};
}
