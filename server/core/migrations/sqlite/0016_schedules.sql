-- Changes of users' states that wait for their time, and what became of them.

CREATE TABLE schedules (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    version INTEGER NOT NULL DEFAULT 1,
    -- the state that it brings the user to
    target TEXT NOT NULL CHECK (target IN ('ACTIVATED', 'SUSPENDED')),
    due_at INTEGER NOT NULL,
    -- as it was typed: a date, a time of day and an IANA zone
    local_date TEXT NOT NULL,
    local_time TEXT NOT NULL,
    zone TEXT NOT NULL,
    -- which email it sends, as JSON
    notify TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'skipped', 'failed', 'cancelled')),
    -- how whoever scheduled it had signed in, as JSON
    starter TEXT NOT NULL DEFAULT '',
    starter_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX schedules_due ON schedules (due_at) WHERE state = 'waiting';
CREATE INDEX schedules_of_user ON schedules (user_id, due_at) WHERE state = 'waiting';
CREATE INDEX schedules_ended ON schedules (ended_at) WHERE ended_at > 0;

-- The next of each, for lists and for whoever signs in.
ALTER TABLE users ADD COLUMN activates_at INTEGER;
ALTER TABLE users ADD COLUMN suspends_at INTEGER;
CREATE INDEX users_activates ON users (activates_at) WHERE activates_at IS NOT NULL;
CREATE INDEX users_suspends ON users (suspends_at) WHERE suspends_at IS NOT NULL;
