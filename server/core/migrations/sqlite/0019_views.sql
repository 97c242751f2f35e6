-- Saved views of lists, and with which of them a list opens for an administrator.

CREATE TABLE saved_views (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 1,
    -- the list's name
    list TEXT NOT NULL,
    -- whose it is alone; NULL when all administrators share it
    owner_id BLOB REFERENCES administrators (id) ON DELETE CASCADE,
    made_by TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- the query string of the list's address
    query TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX saved_views_own ON saved_views (owner_id, list, name_key) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX saved_views_shared ON saved_views (list, name_key) WHERE owner_id IS NULL;

CREATE TABLE default_views (
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    list TEXT NOT NULL,
    view_id BLOB NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
    PRIMARY KEY (administrator_id, list)
) STRICT, WITHOUT ROWID;
CREATE INDEX default_views_view ON default_views (view_id);
