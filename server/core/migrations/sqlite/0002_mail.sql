-- Outgoing mail: links that may be used once, the outbox, the mail server, edited templates.

CREATE TABLE links (
    id BLOB PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    -- a newer one took its place, or what it leads to is gone
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
-- One that is good for each purpose, however many are made at once.
CREATE UNIQUE INDEX links_good ON links (principal_id, purpose) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX links_of ON links (principal_id);
CREATE INDEX links_expire ON links (expires_at);

CREATE TABLE letters (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'lapsed', 'discarded')),
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    search_text TEXT NOT NULL,
    message_id TEXT NOT NULL,
    link_id BLOB,
    -- sealed; empty once erased
    body TEXT NOT NULL,
    link TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    -- whoever sends it has it until then
    lease_until INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;
-- One index for each order that the list offers; SQLite adds pk to each by itself.
CREATE INDEX letters_by_created ON letters (created_at);
CREATE INDEX letters_by_recipient ON letters (recipient);
CREATE INDEX letters_due ON letters (due_at) WHERE state = 'waiting';
CREATE INDEX letters_lapse ON letters (lapses_at) WHERE state = 'waiting' OR link <> '';
CREATE INDEX letters_failed ON letters (pk) WHERE state = 'failed';
CREATE INDEX letters_sent ON letters (sent_at) WHERE sent_at > 0;
CREATE INDEX letters_link ON letters (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX letters_of ON letters (principal_id);

CREATE TABLE mail_settings (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    -- empty for no server
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    security TEXT NOT NULL,
    username TEXT NOT NULL,
    -- sealed; empty for none
    password TEXT NOT NULL,
    from_email TEXT NOT NULL,
    from_name TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL
) STRICT;

CREATE TABLE mail_templates (
    kind TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    header TEXT NOT NULL,
    body TEXT NOT NULL,
    button TEXT NOT NULL
) STRICT, WITHOUT ROWID;
