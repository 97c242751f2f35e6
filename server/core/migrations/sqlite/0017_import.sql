-- Files that administrators import in the browser: kept sealed for a day, with what the check found of each row.

CREATE TABLE import_uploads (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    -- 'receiving' until all of the file is there
    state TEXT NOT NULL CHECK (state IN ('receiving', 'ready', 'checking', 'checked', 'failed', 'started')),
    -- JSON: how the file is read, and what is done with its rows
    choices TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    -- grows with each check, so that one that was given up writes no more
    checks INTEGER NOT NULL DEFAULT 0,
    -- when the check last came on
    checked_at INTEGER NOT NULL DEFAULT 0,
    -- why it could not be checked
    why TEXT NOT NULL DEFAULT '',
    job_id BLOB
) STRICT;
CREATE INDEX import_uploads_of_administrator ON import_uploads (administrator_id);
CREATE INDEX import_uploads_by_created ON import_uploads (created_at);

-- The file, sealed piece by piece.
CREATE TABLE import_pieces (
    pk INTEGER PRIMARY KEY,
    upload_id BLOB NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id BLOB NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (upload_id, position)
) STRICT;

-- What becomes of each row.
CREATE TABLE import_lines (
    pk INTEGER PRIMARY KEY,
    upload_id BLOB NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('create', 'change', 'same', 'fault')),
    noted INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    -- how many managers stand above them in the file
    depth INTEGER NOT NULL DEFAULT 0,
    -- JSON: remarks and changes, for whoever looks
    found TEXT NOT NULL,
    -- JSON: what a job reads
    body TEXT NOT NULL,
    -- the first password, sealed
    secret TEXT NOT NULL DEFAULT '',
    UNIQUE (upload_id, line)
) STRICT;
CREATE INDEX import_lines_by_outcome ON import_lines (upload_id, outcome, line);

-- The first password of a new user, sealed, until it is hashed.
ALTER TABLE import_rows ADD COLUMN secret TEXT NOT NULL DEFAULT '';
