/** The schema's history: each is run once, in order. Never change one that was released; add another. */
export const migrations: readonly string[] = [
	`
	-- Every request on record. Times are ms since the epoch.
	CREATE TABLE deliveries (
		id            TEXT PRIMARY KEY,
		received_at   INTEGER NOT NULL,
		via           TEXT NOT NULL,
		proof         TEXT NOT NULL,
		state         TEXT NOT NULL,
		reason        TEXT,
		due_at        INTEGER,
		waiting_for   TEXT,
		waiting_since INTEGER,
		attempts      INTEGER NOT NULL DEFAULT 0,
		repeat_key    TEXT UNIQUE,
		job_id        TEXT,
		nca_job_id    TEXT,
		method        TEXT NOT NULL,
		ip            TEXT NOT NULL,
		user_agent    TEXT NOT NULL,
		query         TEXT NOT NULL,
		body          BLOB NOT NULL
	) STRICT;
	CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;

	-- The ledger: what is known of each job and each of its runs.
	CREATE TABLE jobs (
		job_id        TEXT PRIMARY KEY,
		operation     TEXT,
		target_id     TEXT,
		created_at    INTEGER NOT NULL,
		first_seen_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX jobs_target ON jobs (target_id, operation, created_at);

	-- nca_job_id is '' while the record names none; seen_at is when the record was first seen to bear it.
	CREATE TABLE runs (
		job_id        TEXT NOT NULL,
		nca_job_id    TEXT NOT NULL,
		seen_at       INTEGER,
		checked_at    INTEGER,
		outcome       TEXT,
		via           TEXT,
		settled_at    INTEGER,
		PRIMARY KEY (job_id, nca_job_id)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE facts (
		name  TEXT PRIMARY KEY,
		value INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	`,
];
