-- Groups whose members a rule says, and who is excepted from it.

CREATE TABLE group_rules (
    group_id BLOB PRIMARY KEY REFERENCES user_groups (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('automatic', 'reviewed')),
    -- As JSON, and in words.
    rule TEXT NOT NULL,
    words TEXT NOT NULL,
    -- In percent of the members.
    brake INTEGER NOT NULL,
    -- The change of the directory up to which the members are as the rule says; 0 asks for all users again.
    applied_seq INTEGER NOT NULL,
    -- When all users are looked at again because of the clock alone.
    again_at INTEGER NOT NULL DEFAULT 9223372036854775807,
    -- How many may leave whatever the brake says, because an administrator has seen them.
    allowed INTEGER NOT NULL,
    -- 0 where the rule goes on.
    held_at INTEGER NOT NULL DEFAULT 0,
    held_leaving INTEGER NOT NULL DEFAULT 0,
    held_members INTEGER NOT NULL DEFAULT 0,
    -- Since when those are counted who left by the rule, how many members there were then, and how many left.
    window_at INTEGER NOT NULL DEFAULT 0,
    window_members INTEGER NOT NULL DEFAULT 0,
    window_left INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;

-- The groups that a rule asks about.
CREATE TABLE group_rule_uses (
    group_id BLOB NOT NULL REFERENCES group_rules (group_id) ON DELETE CASCADE,
    used_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, used_id)
) STRICT;
CREATE INDEX group_rule_uses_of_used ON group_rule_uses (used_id);

CREATE TABLE group_exceptions (
    group_id BLOB NOT NULL REFERENCES group_rules (group_id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('include', 'exclude')),
    reason TEXT NOT NULL,
    ends_at INTEGER NOT NULL DEFAULT 9223372036854775807,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT;
CREATE INDEX group_exceptions_of_user ON group_exceptions (user_id);
CREATE INDEX group_exceptions_end ON group_exceptions (ends_at) WHERE ends_at < 9223372036854775807;

-- Finds whom the latest changes touched.
CREATE INDEX users_by_change ON users (seq);
