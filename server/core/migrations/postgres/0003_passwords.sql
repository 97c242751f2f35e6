-- Passwords: the policy, who must change theirs, who must enroll a factor by when; work that is
-- due at its time; and which administrator is which user.

CREATE TABLE password_policy (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    -- the policy as JSON: it is read whole, and its fields grow
    body TEXT NOT NULL
);

ALTER TABLE users ADD COLUMN password_must_change BOOLEAN NOT NULL DEFAULT FALSE;
-- switched on by the user, beside what an administrator requires
ALTER TABLE users ADD COLUMN mfa_chosen BOOLEAN NOT NULL DEFAULT FALSE;
-- the end of the time to enroll; NULL while none runs
ALTER TABLE users ADD COLUMN mfa_enroll_by BIGINT;

DROP INDEX users_passwords;
CREATE INDEX users_passwords ON users
    (password_set_at, password_expires_at, password_never_expires, password_must_change, locked_until)
    WHERE deleted_at IS NULL;

ALTER TABLE administrators ADD COLUMN user_id BYTEA REFERENCES users (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX administrators_user ON administrators (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE timers (
    kind TEXT COLLATE "C" NOT NULL,
    subject BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    -- until when one server has it in hand
    leased_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX timers_due ON timers (due_at);
