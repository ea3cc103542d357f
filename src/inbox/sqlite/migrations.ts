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
	`
	-- Our own errands, and deliveries that wait for their record: retry without a due_at.
	ALTER TABLE deliveries ADD COLUMN task TEXT NOT NULL DEFAULT 'outcome';
	ALTER TABLE deliveries ADD COLUMN looked_at INTEGER;
	ALTER TABLE deliveries ADD COLUMN counted_as TEXT;
	CREATE INDEX deliveries_unmatched ON deliveries (looked_at, id) WHERE state = 'retry' AND due_at IS NULL;
	CREATE INDEX deliveries_parked ON deliveries (job_id) WHERE state = 'parked';
	CREATE INDEX deliveries_parked_run ON deliveries (nca_job_id) WHERE state = 'parked';

	-- What became of a run in full; files as JSON. stuck_since and listed_at: since when, and when last, a round found
	-- it in processing. asked_at and nca_said: what NCA answered last; busy_since: since when it says queued or running.
	ALTER TABLE runs ADD COLUMN reason TEXT NOT NULL DEFAULT '';
	ALTER TABLE runs ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
	ALTER TABLE runs ADD COLUMN closed_again INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE runs ADD COLUMN attached_again INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE runs ADD COLUMN attachment TEXT NOT NULL DEFAULT 'kept';
	ALTER TABLE runs ADD COLUMN reopened_at INTEGER;
	ALTER TABLE runs ADD COLUMN endpoint TEXT;
	ALTER TABLE runs ADD COLUMN stuck_since INTEGER;
	ALTER TABLE runs ADD COLUMN listed_at INTEGER;
	ALTER TABLE runs ADD COLUMN asked_at INTEGER;
	ALTER TABLE runs ADD COLUMN nca_said TEXT;
	ALTER TABLE runs ADD COLUMN busy_since INTEGER;
	CREATE INDEX runs_stuck ON runs (listed_at) WHERE stuck_since IS NOT NULL;
	CREATE INDEX runs_nca_job_id ON runs (nca_job_id);

	-- Webhooks that are to come. nca_job_id is '' where it was not told; resolved_at: nobody waits any more.
	CREATE TABLE expected (
		job_id       TEXT NOT NULL,
		nca_job_id   TEXT NOT NULL,
		operation    TEXT NOT NULL,
		expected_at  INTEGER NOT NULL,
		announced    INTEGER NOT NULL,
		attempts     INTEGER NOT NULL DEFAULT 0,
		arrived_at   INTEGER,
		work_seconds REAL,
		resolved_at  INTEGER,
		PRIMARY KEY (job_id, nca_job_id)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX expected_at ON expected (expected_at);

	-- How many deliveries ended so, ever, each counted by its latest ending (counted_as): neither retention nor a
	-- restart changes it. The key is JSON: task, state, verdict, via.
	CREATE TABLE endings (
		ending TEXT PRIMARY KEY,
		total  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	-- What happened to each job; facts as JSON.
	CREATE TABLE events (
		id         INTEGER PRIMARY KEY,
		job_id     TEXT NOT NULL,
		nca_job_id TEXT NOT NULL,
		at         INTEGER NOT NULL,
		what       TEXT NOT NULL,
		facts      TEXT NOT NULL
	) STRICT;
	CREATE INDEX events_job ON events (job_id, id);
	CREATE INDEX events_at ON events (at);
	`,
	`
	-- Repeat keys are random, and an index that is kept with each request costs more than all the rest of recording it:
	-- they go into a table of their own, many at a time. seq: in the order of recording.
	CREATE TABLE recorded (
		seq           INTEGER PRIMARY KEY,
		id            TEXT NOT NULL UNIQUE,
		task          TEXT NOT NULL,
		received_at   INTEGER NOT NULL,
		via           TEXT NOT NULL,
		proof         TEXT NOT NULL,
		state         TEXT NOT NULL,
		reason        TEXT,
		due_at        INTEGER,
		waiting_for   TEXT,
		waiting_since INTEGER,
		looked_at     INTEGER,
		attempts      INTEGER NOT NULL DEFAULT 0,
		counted_as    TEXT,
		repeat_key    TEXT,
		job_id        TEXT,
		nca_job_id    TEXT,
		method        TEXT NOT NULL,
		ip            TEXT NOT NULL,
		user_agent    TEXT NOT NULL,
		query         TEXT NOT NULL,
		body          BLOB NOT NULL
	) STRICT;
	INSERT INTO recorded SELECT rowid, id, task, received_at, via, proof, state, reason, due_at, waiting_for,
		waiting_since, looked_at, attempts, counted_as, repeat_key, job_id, nca_job_id, method, ip, user_agent, query, body
	FROM deliveries;
	DROP TABLE deliveries;
	ALTER TABLE recorded RENAME TO deliveries;
	CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
	CREATE INDEX deliveries_unmatched ON deliveries (looked_at, id) WHERE state = 'retry' AND due_at IS NULL;
	CREATE INDEX deliveries_parked ON deliveries (job_id) WHERE state = 'parked';
	CREATE INDEX deliveries_parked_run ON deliveries (nca_job_id) WHERE state = 'parked';
	CREATE INDEX deliveries_claimed ON deliveries (state) WHERE state = 'processing';

	CREATE TABLE repeats (
		repeat_key TEXT PRIMARY KEY,
		seq        INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	INSERT INTO repeats SELECT repeat_key, seq FROM deliveries WHERE repeat_key IS NOT NULL;
	INSERT INTO facts SELECT 'repeats_kept', COALESCE(MAX(seq), 0) FROM deliveries;

	-- How many acknowledgements took up to so many ms, by the hour since the epoch.
	CREATE TABLE ack_times (
		hour   INTEGER NOT NULL,
		bucket REAL NOT NULL,
		total  INTEGER NOT NULL,
		PRIMARY KEY (hour, bucket)
	) STRICT, WITHOUT ROWID;
	`,
	`
	-- Files that a HEAD has found, by URL: size in bytes.
	CREATE TABLE files (
		url     TEXT PRIMARY KEY,
		size    INTEGER NOT NULL,
		seen_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX files_seen_at ON files (seen_at);
	`,
	`
	-- What is counted, ever, by name. Of the last 25 hours it stands in recent alone, by the minute since the epoch:
	-- what grows older is added to totals.
	CREATE TABLE totals (
		name  TEXT PRIMARY KEY,
		total INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE recent (
		name   TEXT NOT NULL,
		minute INTEGER NOT NULL,
		total  INTEGER NOT NULL,
		PRIMARY KEY (name, minute)
	) STRICT, WITHOUT ROWID;

	-- What people ask for, of which there is little: none of these is touched by a webhook that is accepted.
	CREATE INDEX deliveries_parked_ids ON deliveries (id) WHERE state = 'parked';
	CREATE INDEX deliveries_buried_ids ON deliveries (id) WHERE state = 'buried';
	CREATE INDEX deliveries_waiting ON deliveries (waiting_for, received_at, state, due_at, task)
		WHERE waiting_for IS NOT NULL AND task <> 'read_back' AND state IN ('processing', 'retry');
	CREATE INDEX deliveries_read_backs ON deliveries (state, due_at)
		WHERE task = 'read_back' AND state IN ('accepted', 'processing', 'retry');
	CREATE INDEX jobs_created_at ON jobs (created_at);
	CREATE INDEX runs_failed ON runs (job_id) WHERE outcome = 'failed';
	CREATE INDEX runs_open ON runs (job_id, outcome) WHERE outcome IS NULL;
	CREATE INDEX expected_open ON expected (expected_at, announced, arrived_at, resolved_at)
		WHERE announced = 1 AND arrived_at IS NULL AND resolved_at IS NULL;
	`,
	`
	-- What nobody vouches for shares a budget of bytes: which of it goes first, and what it takes. None of it is a
	-- webhook that is accepted and has its record.
	CREATE INDEX deliveries_budget
		ON deliveries (state NOT IN ('refused', 'test'), state = 'retry', seq, LENGTH(body) + LENGTH(query) + LENGTH(user_agent))
		WHERE state IN ('refused', 'test') OR (state = 'parked' AND attempts = 0) OR (state = 'retry' AND due_at IS NULL);
	`,
];
