-- Passkeys (WebAuthn), and the ceremonies that make and use them.

CREATE TABLE passkeys (
    id BYTEA PRIMARY KEY,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BYTEA NOT NULL,
    -- by which the authenticator knows it
    credential_id BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- the form of the body
    version BIGINT NOT NULL,
    -- the public key, the counter and what else is known of it, as JSON
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkeys_of ON passkeys (principal, principal_id);

CREATE TABLE ceremonies (
    token_hash BYTEA PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('enroll', 'challenge', 'sign_in')),
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    -- the session that it was begun in; none for whoever is not on the way in yet
    session_id BYTEA,
    -- what was asked of the authenticator, as JSON; never leaves the server
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremonies_expire ON ceremonies (expires_at);

-- A second factor is an authenticator app, a passkey, or both. For users `mfa_enrolled` says that there is
-- any; for administrators it is either of the two.
ALTER TABLE users ADD COLUMN totp_enrolled BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET totp_enrolled = mfa_enrolled;
ALTER TABLE administrators ADD COLUMN passkey_enrolled BOOLEAN NOT NULL DEFAULT FALSE;
