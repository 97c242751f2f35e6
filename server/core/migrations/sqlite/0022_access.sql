-- Resources of every kind, and who is bound to them; applications are the first kind.

CREATE TABLE resources (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- Switched off, nobody reaches it.
    active INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX resources_name ON resources (kind, name_key);

CREATE TABLE applications (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE REFERENCES resources (id) ON DELETE CASCADE,
    -- The change that touched it last, and how often it was edited.
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    active INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A user or a group that is bound to a resource, never both in one row.
CREATE TABLE bindings (
    pk INTEGER PRIMARY KEY,
    resource_id BLOB NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
    user_id BLOB REFERENCES users (id) ON DELETE CASCADE,
    group_id BLOB REFERENCES user_groups (id) ON DELETE CASCADE,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL)),
    UNIQUE (resource_id, user_id),
    UNIQUE (resource_id, group_id)
) STRICT;
CREATE INDEX bindings_of_user ON bindings (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX bindings_of_group ON bindings (group_id) WHERE group_id IS NOT NULL;
