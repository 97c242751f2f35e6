-- The LDAP server of the organization: a resource that users and groups are bound to, and how it is set up.

CREATE TABLE ldap_servers (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE REFERENCES resources (id) ON DELETE CASCADE,
    -- The change that touched it last, and how often it was edited.
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- The end of every name; empty for the one that follows from the public address.
    suffix TEXT NOT NULL DEFAULT '',
    -- 'disable' or 'remove': what becomes of users whose account is locked, and of those with an expired password.
    lockout_action TEXT NOT NULL DEFAULT 'remove',
    expiration_action TEXT NOT NULL DEFAULT 'remove',
    -- Whether passwords may come unencrypted, and from which networks, one a line.
    plain INTEGER NOT NULL DEFAULT 0,
    networks TEXT NOT NULL DEFAULT '',
    updated_at INTEGER NOT NULL
) STRICT;

-- Organizations that are there already have it from now on; a new one gets it when it is set up.
INSERT INTO resources (id, kind, name, name_key, active)
SELECT randomblob(12), 'ldap_server', 'LDAP', 'ldap', 0 FROM organization;
INSERT INTO ldap_servers (id, seq, version, updated_at)
SELECT r.id, o.seq, 1, o.created_at FROM resources r, organization o WHERE r.kind = 'ldap_server';
