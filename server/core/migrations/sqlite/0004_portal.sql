-- What people do for themselves in the User Portal.

CREATE TABLE ssh_keys (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, fingerprint)
) STRICT, WITHOUT ROWID;

-- Two stages more, which a CHECK of SQLite can only learn in a new table.
CREATE TABLE sessions_with_steps (
    id BLOB PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    auth_epoch INTEGER NOT NULL,
    -- 'challenge' until the second factor is given, 'password' until a new one is set, 'enroll' until
    -- there is a second factor, then 'full'
    stage TEXT NOT NULL CHECK (stage IN ('challenge', 'password', 'enroll', 'full')),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    proven_at INTEGER NOT NULL,
    methods TEXT NOT NULL,
    client_ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sessions_with_steps SELECT id, token_hash, principal, principal_id, auth_epoch, stage, created_at,
    last_seen_at, expires_at, proven_at, methods, client_ip, user_agent FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_with_steps RENAME TO sessions;
CREATE INDEX sessions_of ON sessions (principal, principal_id);
CREATE INDEX sessions_expire ON sessions (expires_at);
