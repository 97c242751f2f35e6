-- Roles of the organization's own making. Whoever has one keeps its id; their `role`, the name of one
-- that comes with the product, is empty then.

CREATE TABLE custom_roles (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    -- The role that it began as, for people who wonder.
    template TEXT NOT NULL,
    -- Names of scopes with spaces between them.
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

ALTER TABLE administrators ADD COLUMN role_id BLOB REFERENCES custom_roles (id);
CREATE INDEX administrators_role ON administrators (role_id);

DROP VIEW administrator_accounts;
-- As before, with the name of the role, whichever it is, and what a custom one allows.
CREATE VIEW administrator_accounts AS SELECT
    a.pk, a.id, a.seq, a.user_id, a.first_name, a.last_name, a.name_key, a.email, a.search_text,
    COALESCE(r.name, a.role) AS role, a.role_id, r.scopes AS role_scopes,
    a.suspended, a.api_access, a.whats_new, a.created_at, a.last_login_at, a.mfa_required AS mfa_required_alone,
    NOT a.suspended AND (u.id IS NULL OR (u.state = 'ACTIVATED' AND u.deleted_at IS NULL)) AS active,
    a.auth_epoch + COALESCE(u.auth_epoch, 0) AS auth_epoch,
    CASE WHEN u.id IS NULL THEN a.password_set_at ELSE u.password_set_at END AS password_set_at,
    CASE WHEN u.password_never_expires THEN NULL ELSE u.password_expires_at END AS password_expires_at,
    COALESCE(u.password_must_change, FALSE) AS password_must_change,
    u.locked_until,
    CASE WHEN u.id IS NULL THEN a.totp_enrolled ELSE u.totp_enrolled END AS totp_enrolled,
    CASE WHEN u.id IS NULL THEN a.passkey_enrolled ELSE EXISTS
        (SELECT 1 FROM passkeys p WHERE p.principal = 'user' AND p.principal_id = u.id) END AS passkey_enrolled,
    a.mfa_required OR COALESCE(u.mfa_required, FALSE) OR COALESCE(o.require_admin_mfa, FALSE) AS mfa_required
FROM administrators a LEFT JOIN users u ON u.id = a.user_id
    LEFT JOIN custom_roles r ON r.id = a.role_id LEFT JOIN organization o ON o.one = 1;
