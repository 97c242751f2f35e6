-- User groups, who is in them, and groups in groups.

CREATE TABLE user_groups (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    -- The change that touched it last, its members included, and the edits of what it is itself.
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    email TEXT NOT NULL,
    -- The name in LDAP where it is another, and folded the one that LDAP shows.
    ldap_name TEXT NOT NULL,
    ldap_key TEXT NOT NULL UNIQUE,
    -- Empty and 0 where there is no group on Linux.
    linux_name TEXT NOT NULL,
    linux_gid INTEGER NOT NULL,
    samba INTEGER NOT NULL,
    sudo INTEGER NOT NULL,
    passwordless_sudo INTEGER NOT NULL,
    -- RADIUS reply attributes and custom attributes, as JSON.
    radius_reply TEXT NOT NULL,
    attributes TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX user_groups_linux_name ON user_groups (linux_name) WHERE linux_name <> '';
CREATE UNIQUE INDEX user_groups_linux_gid ON user_groups (linux_gid) WHERE linux_gid <> 0;

-- A membership holds from its start to just before its end; without an end, that is the last instant there is.
CREATE TABLE group_members (
    pk INTEGER PRIMARY KEY,
    group_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    starts_at INTEGER NOT NULL DEFAULT 0,
    ends_at INTEGER NOT NULL DEFAULT 9223372036854775807,
    -- Both as they were typed, as JSON.
    typed TEXT NOT NULL,
    -- Whether the history says that it began.
    begun INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    UNIQUE (group_id, user_id)
) STRICT;
CREATE INDEX group_members_of_user ON group_members (user_id);
CREATE INDEX group_members_begin ON group_members (starts_at) WHERE NOT begun;
CREATE INDEX group_members_end ON group_members (ends_at) WHERE ends_at < 9223372036854775807;

-- A group that lies in another.
CREATE TABLE group_nesting (
    pk INTEGER PRIMARY KEY,
    group_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    subgroup_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    UNIQUE (group_id, subgroup_id)
) STRICT;
CREATE INDEX group_nesting_of_subgroup ON group_nesting (subgroup_id);

-- Each group with itself and with all that lie in it, at any depth: made anew from the table above with each change.
CREATE TABLE group_closure (
    group_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    inner_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, inner_id)
) STRICT;
CREATE INDEX group_closure_of_inner ON group_closure (inner_id);
