-- An administrator's life: a required second factor, news, and administrators made from users.

ALTER TABLE administrators ADD COLUMN mfa_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE administrators ADD COLUMN whats_new INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organization ADD COLUMN require_admin_mfa INTEGER NOT NULL DEFAULT 0;

-- Administrators as they can sign in: whoever was made from a user does so with that user's password
-- and factors, as long as the user is active. Both epochs only grow, so their sum does with either.
CREATE VIEW administrator_accounts AS SELECT
    a.pk, a.id, a.seq, a.user_id, a.first_name, a.last_name, a.name_key, a.email, a.search_text, a.role,
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
FROM administrators a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN organization o ON o.one = 1;
