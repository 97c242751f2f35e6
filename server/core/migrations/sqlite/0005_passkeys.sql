-- Passkeys (WebAuthn), and the ceremonies that make and use them.

CREATE TABLE passkeys (
    id BLOB PRIMARY KEY,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    -- by which the authenticator knows it
    credential_id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- the form of the body
    version INTEGER NOT NULL,
    -- the public key, the counter and what else is known of it, as JSON
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of ON passkeys (principal, principal_id);

CREATE TABLE ceremonies (
    token_hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('enroll', 'challenge', 'sign_in')),
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    -- the session that it was begun in; none for whoever is not on the way in yet
    session_id BLOB,
    -- what was asked of the authenticator, as JSON; never leaves the server
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremonies_expire ON ceremonies (expires_at);

-- A second factor is an authenticator app, a passkey, or both. For users `mfa_enrolled` says that there is
-- any; for administrators it is either of the two.
ALTER TABLE users ADD COLUMN totp_enrolled INTEGER NOT NULL DEFAULT 0;
UPDATE users SET totp_enrolled = mfa_enrolled;
ALTER TABLE administrators ADD COLUMN passkey_enrolled INTEGER NOT NULL DEFAULT 0;
