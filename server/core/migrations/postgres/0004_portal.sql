-- What people do for themselves in the User Portal.

CREATE TABLE ssh_keys (
    id BYTEA PRIMARY KEY,
    user_id BYTEA NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, fingerprint)
);

-- 'challenge' until the second factor is given, 'password' until a new one is set, 'enroll' until
-- there is a second factor, then 'full'
ALTER TABLE sessions DROP CONSTRAINT sessions_stage_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_stage_check
    CHECK (stage IN ('challenge', 'password', 'enroll', 'full'));
