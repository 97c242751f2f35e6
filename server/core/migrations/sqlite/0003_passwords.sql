-- Passwords: the policy, who must change theirs, who must enroll a factor by when; work that is
-- due at its time; and which administrator is which user.

CREATE TABLE password_policy (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    -- the policy as JSON: it is read whole, and its fields grow
    body TEXT NOT NULL
) STRICT;

ALTER TABLE users ADD COLUMN password_must_change INTEGER NOT NULL DEFAULT 0;
-- switched on by the user, beside what an administrator requires
ALTER TABLE users ADD COLUMN mfa_chosen INTEGER NOT NULL DEFAULT 0;
-- the end of the time to enroll; NULL while none runs
ALTER TABLE users ADD COLUMN mfa_enroll_by INTEGER;

DROP INDEX users_passwords;
CREATE INDEX users_passwords ON users
    (password_set_at, password_expires_at, password_never_expires, password_must_change, locked_until)
    WHERE deleted_at IS NULL;

ALTER TABLE administrators ADD COLUMN user_id BLOB REFERENCES users (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX administrators_user ON administrators (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE timers (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    -- until when one server has it in hand
    leased_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
) STRICT;
CREATE INDEX timers_due ON timers (due_at);
