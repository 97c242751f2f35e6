-- API keys of administrators: one each, known by its hash, gone with its owner.

CREATE TABLE api_keys (
    administrator_id BLOB PRIMARY KEY REFERENCES administrators (id) ON DELETE CASCADE,
    -- of this very key: what its owner has next is another
    id BLOB NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    -- the prefix and the next four characters
    hint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
