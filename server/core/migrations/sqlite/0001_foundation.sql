-- The foundation: one organization, its administrators and users, sessions, events, jobs.
-- Instants are Unix microseconds. Ids are 12 bytes. `*_key` columns are folded for matching and
-- sorting. Text that is not known is empty, never NULL, so that both engines sort it alike.

CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO head (one, seq) VALUES (1, 0);

CREATE TABLE tombstones (
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX tombstones_seq ON tombstones (seq);

CREATE TABLE organization (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    new_manual TEXT NOT NULL,
    new_csv TEXT NOT NULL,
    new_application TEXT NOT NULL
) STRICT;

CREATE TABLE vault (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key_check BLOB NOT NULL
) STRICT;

CREATE TABLE setup (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE administrators (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    search_text TEXT NOT NULL,
    role TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0,
    api_access INTEGER NOT NULL DEFAULT 0,
    auth_epoch INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    password_set_at INTEGER,
    totp_enrolled INTEGER NOT NULL DEFAULT 0,
    last_login_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX administrators_name ON administrators (name_key);

CREATE TABLE users (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('STAGED', 'ACTIVATED', 'SUSPENDED')),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted_at INTEGER,
    auth_epoch INTEGER NOT NULL DEFAULT 0,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL DEFAULT '',
    middle_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    display_name TEXT NOT NULL DEFAULT '',
    local_account TEXT NOT NULL DEFAULT '',
    managed_apple_id TEXT NOT NULL DEFAULT '',
    alternate_email TEXT NOT NULL DEFAULT '',
    recovery_email TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    external_dn TEXT NOT NULL DEFAULT '',
    external_source_type TEXT NOT NULL DEFAULT '',
    employee_identifier TEXT NOT NULL DEFAULT '',
    job_title TEXT NOT NULL DEFAULT '',
    department TEXT NOT NULL DEFAULT '',
    cost_center TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    employee_type TEXT NOT NULL DEFAULT '',
    location TEXT NOT NULL DEFAULT '',
    mfa_required INTEGER NOT NULL DEFAULT 0,
    password_never_expires INTEGER NOT NULL DEFAULT 0,
    sudo INTEGER NOT NULL DEFAULT 0,
    passwordless_sudo INTEGER NOT NULL DEFAULT 0,
    ldap_binding_user INTEGER NOT NULL DEFAULT 0,
    enable_managed_uid INTEGER NOT NULL DEFAULT 0,
    samba_service_user INTEGER NOT NULL DEFAULT 0,
    allow_public_key INTEGER NOT NULL DEFAULT 0,
    no_device_lockout INTEGER NOT NULL DEFAULT 0,
    unix_uid INTEGER,
    unix_gid INTEGER,
    manager_id BLOB REFERENCES users (id) ON DELETE SET NULL,
    password_set_at INTEGER,
    password_expires_at INTEGER,
    locked_until INTEGER,
    mfa_enrolled INTEGER NOT NULL DEFAULT 0,
    last_login_at INTEGER NOT NULL DEFAULT 0,
    name_key TEXT NOT NULL,
    last_name_key TEXT NOT NULL,
    department_key TEXT NOT NULL DEFAULT '',
    job_title_key TEXT NOT NULL DEFAULT '',
    location_key TEXT NOT NULL DEFAULT '',
    employee_identifier_key TEXT NOT NULL DEFAULT ''
) STRICT;
-- One index for each order that the list offers; SQLite adds pk to each by itself.
CREATE INDEX users_by_name ON users (name_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_last_name ON users (last_name_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_state ON users (state) WHERE deleted_at IS NULL;
CREATE INDEX users_by_department ON users (department_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_job_title ON users (job_title_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_location ON users (location_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_created ON users (created_at) WHERE deleted_at IS NULL;
CREATE INDEX users_by_last_login ON users (last_login_at) WHERE deleted_at IS NULL;
CREATE INDEX users_by_employee_identifier ON users (employee_identifier_key) WHERE deleted_at IS NULL;
-- Deleted users keep what is unique until they are gone for good, so that they can be restored.
CREATE UNIQUE INDEX users_employee_identifier ON users (employee_identifier) WHERE employee_identifier <> '';
CREATE UNIQUE INDEX users_unix_uid ON users (unix_uid) WHERE unix_uid IS NOT NULL;
CREATE INDEX users_manager ON users (manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX users_locked ON users (locked_until) WHERE locked_until IS NOT NULL;
-- Counts passwords by status without reading whole rows.
CREATE INDEX users_passwords ON users
    (password_set_at, password_expires_at, password_never_expires, locked_until) WHERE deleted_at IS NULL;
CREATE INDEX users_deleted ON users (deleted_at) WHERE deleted_at IS NOT NULL;

-- What the search of users looks at: folded text, apart from the wide rows, of those not deleted.
CREATE TABLE user_search (
    pk INTEGER PRIMARY KEY REFERENCES users (pk) ON DELETE CASCADE,
    search_text TEXT NOT NULL
) STRICT;
-- Only LIKE is asked of it, so positions need not be kept.
CREATE VIRTUAL TABLE user_search_trigrams USING fts5 (
    search_text, content = 'user_search', content_rowid = 'pk', tokenize = 'trigram', detail = 'none', columnsize = 0
);
-- Imports write many small segments; merging them later, many at once, costs half as much.
INSERT INTO user_search_trigrams (user_search_trigrams, rank) VALUES ('automerge', 16);
CREATE TRIGGER user_search_insert AFTER INSERT ON user_search BEGIN
    INSERT INTO user_search_trigrams (rowid, search_text) VALUES (new.pk, new.search_text);
END;
CREATE TRIGGER user_search_update AFTER UPDATE ON user_search WHEN old.search_text <> new.search_text BEGIN
    INSERT INTO user_search_trigrams (user_search_trigrams, rowid, search_text)
        VALUES ('delete', old.pk, old.search_text);
    INSERT INTO user_search_trigrams (rowid, search_text) VALUES (new.pk, new.search_text);
END;
CREATE TRIGGER user_search_delete AFTER DELETE ON user_search BEGIN
    INSERT INTO user_search_trigrams (user_search_trigrams, rowid, search_text)
        VALUES ('delete', old.pk, old.search_text);
END;

CREATE TABLE user_addresses (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    po_box TEXT NOT NULL,
    extended_address TEXT NOT NULL,
    street_address TEXT NOT NULL,
    locality TEXT NOT NULL,
    region TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_phones (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_custom (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_custom_value ON user_custom (name, value);

CREATE TABLE credentials (
    id BLOB PRIMARY KEY,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX credentials_of ON credentials (principal, principal_id, kind);

CREATE TABLE sessions (
    id BLOB PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    principal TEXT NOT NULL CHECK (principal IN ('administrator', 'user')),
    principal_id BLOB NOT NULL,
    auth_epoch INTEGER NOT NULL,
    -- 'challenge' until the second factor is given, then 'full'
    stage TEXT NOT NULL CHECK (stage IN ('challenge', 'full')),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    proven_at INTEGER NOT NULL,
    methods TEXT NOT NULL,
    client_ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (principal, principal_id);
CREATE INDEX sessions_expire ON sessions (expires_at);

CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    since INTEGER NOT NULL,
    locked_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_since ON attempts (since);

CREATE TABLE sign_in_hours (
    realm TEXT NOT NULL,
    hour INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    PRIMARY KEY (realm, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    -- the order of writing
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target_id BLOB,
    actor_id BLOB,
    body TEXT NOT NULL,
    -- given by the sealer after the commit
    number INTEGER UNIQUE,
    chain BLOB
) STRICT;
CREATE INDEX events_unsealed ON events (pk) WHERE number IS NULL;
-- Without the number, which sealing writes later: one index less to touch for each event.
CREATE INDEX events_of_target ON events (target_id);

CREATE TABLE seal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    chain BLOB NOT NULL
) STRICT;
INSERT INTO seal (one, number, chain) VALUES (1, 0, x'');

CREATE TABLE preferences (
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (administrator_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    -- 'filling' while its rows are written, then 'ready', then 'done'
    state TEXT NOT NULL CHECK (state IN ('filling', 'ready', 'done')),
    payload TEXT NOT NULL,
    progress INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE import_rows (
    job_id BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    body TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;
