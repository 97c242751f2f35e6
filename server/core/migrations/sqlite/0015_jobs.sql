-- Long work of every kind: who started it, how far it has come, and what became of each that it is about.
-- What it did and how far it is are written in one transaction, so that a restart loses and repeats nothing.

CREATE TABLE jobs_of_all_kinds (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- 'filling' while what it is about is written down
    state TEXT NOT NULL CHECK (state IN ('filling', 'queued', 'running', 'done', 'cancelled', 'failed')),
    version INTEGER NOT NULL DEFAULT 1,
    -- JSON
    parameters TEXT NOT NULL,
    -- how whoever started it had signed in, as JSON; empty for the command line and for the program itself
    starter TEXT NOT NULL DEFAULT '',
    starter_id BLOB,
    starter_name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    -- the position that comes next
    progress INTEGER NOT NULL DEFAULT 0,
    -- faults of ours, one after another
    attempts INTEGER NOT NULL DEFAULT 0,
    -- whoever works on it has it until then
    lease_until INTEGER NOT NULL DEFAULT 0,
    -- why it failed
    why TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO jobs_of_all_kinds (id, kind, state, parameters, starter_name, search_text, created_at, started_at,
    finished_at, total, done, refused, progress)
SELECT id, kind, CASE state WHEN 'ready' THEN 'queued' ELSE state END, payload,
    COALESCE(json_extract(payload, '$.by.name'), ''), 'import users', created_at, created_at,
    COALESCE(finished_at, 0), total,
    progress - (SELECT COUNT(*) FROM import_rows r WHERE r.job_id = jobs.id AND r.fault <> ''),
    (SELECT COUNT(*) FROM import_rows r WHERE r.job_id = jobs.id AND r.fault <> ''), progress
FROM jobs ORDER BY created_at, id;

CREATE TABLE import_rows_of_jobs (
    job_id BLOB NOT NULL REFERENCES jobs_of_all_kinds (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    body TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO import_rows_of_jobs SELECT job_id, position, line, user_id, body, fault FROM import_rows;
DROP TABLE import_rows;
DROP TABLE jobs;
ALTER TABLE jobs_of_all_kinds RENAME TO jobs;
ALTER TABLE import_rows_of_jobs RENAME TO import_rows;

-- One index for each order that the list offers.
CREATE INDEX jobs_by_created ON jobs (created_at);
CREATE INDEX jobs_of_starter ON jobs (starter_id);
CREATE INDEX jobs_open ON jobs (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at > 0;

CREATE TABLE job_items (
    pk INTEGER PRIMARY KEY,
    job_id BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    subject_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
    -- why it was left out; follows the name
    refused TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (job_id, position)
) STRICT;
CREATE INDEX job_items_refused ON job_items (job_id, position) WHERE state = 'refused';
