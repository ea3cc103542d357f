import type { Ledger } from "../ledger.ts";
import type { Database } from "./database.ts";
import { createSqliteAckTimes } from "./ledger/ack-times.ts";
import { createSqliteArrivals } from "./ledger/arrivals.ts";
import { createSqliteAwaited } from "./ledger/awaited.ts";
import { createSqliteExpected } from "./ledger/expected.ts";
import { createSqliteFacts } from "./ledger/facts.ts";
import { createSqliteFiles } from "./ledger/files.ts";
import { createSqliteJobs } from "./ledger/jobs.ts";
import { createSqliteKnownJobs } from "./ledger/known-jobs.ts";
import { createSqliteNca } from "./ledger/nca.ts";
import { createSqliteRounds } from "./ledger/rounds.ts";
import { createSqliteSeen } from "./ledger/seen.ts";
import { createSqliteSettled } from "./ledger/settled.ts";
import { createForgetSilent } from "./ledger/silent.ts";
import { createSqliteTallies } from "./ledger/tallies.ts";
import { createSqliteTimeline } from "./ledger/timeline.ts";

/** The ledger in SQLite. @param now ms since the epoch */
export function createSqliteLedger(db: Database, now: () => number): Ledger {
	const jobs = createSqliteJobs(db);
	const facts = createSqliteFacts(db);
	const tallies = createSqliteTallies(db);
	const timeline = createSqliteTimeline(db);
	const awaited = createSqliteAwaited(db);
	const expected = createSqliteExpected(db, jobs, facts);
	const files = createSqliteFiles(db);
	const ackTimes = createSqliteAckTimes(db);
	const { see, ...seen } = createSqliteSeen(db, jobs, timeline);
	const forgetSilent = createForgetSilent(db);

	return {
		fact: facts.fact,
		note: facts.note,
		tally: tallies.tally,
		tallies: tallies.tallies,
		talliesByHour: tallies.talliesByHour,
		...timeline,
		...expected,
		...files,
		...ackTimes,
		...seen,
		...createSqliteArrivals({ db, awaited, tallies, facts }),
		...createSqliteSettled({ db, jobs, tallies, timeline }),
		...createSqliteRounds({ db, jobs, see, awaited, timeline }),
		...createSqliteNca(db, timeline),
		...createSqliteKnownJobs(db, jobs),
		async prune(before, closesBefore) {
			await timeline.prune(before, closesBefore);
			await expected.prune(before);
			files.prune(before);
			ackTimes.prune(before);
			tallies.prune(now());
			await forgetSilent(closesBefore);
		},
	};
}
