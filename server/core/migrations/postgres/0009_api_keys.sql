-- API keys of administrators: one each, known by its hash, gone with its owner.

CREATE TABLE api_keys (
    administrator_id BYTEA PRIMARY KEY REFERENCES administrators (id) ON DELETE CASCADE,
    -- of this very key: what its owner has next is another
    id BYTEA NOT NULL UNIQUE,
    seq BIGINT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    -- the prefix and the next four characters
    hint TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT NOT NULL DEFAULT 0
);
