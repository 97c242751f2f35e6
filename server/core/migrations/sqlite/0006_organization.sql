-- The organization's profile. Whom to ask was a matter of outgoing mail alone.

ALTER TABLE organization ADD COLUMN contact_name TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN contact_email TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN users_can_edit INTEGER NOT NULL DEFAULT 1;
UPDATE organization SET
    contact_name = COALESCE((SELECT mail_settings.contact_name FROM mail_settings), ''),
    contact_email = COALESCE((SELECT mail_settings.contact_email FROM mail_settings), '');
ALTER TABLE mail_settings DROP COLUMN contact_name;
ALTER TABLE mail_settings DROP COLUMN contact_email;

-- The user of whom a notice tells an administrator.
ALTER TABLE letters ADD COLUMN about_id BLOB;
