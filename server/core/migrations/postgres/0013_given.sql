-- Whether somebody other than the user knows how their account was opened last: an administrator who set the
-- password, or who read a link to it or chose where it was sent.

ALTER TABLE users ADD COLUMN password_given BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE links ADD COLUMN handed BOOLEAN NOT NULL DEFAULT FALSE;
