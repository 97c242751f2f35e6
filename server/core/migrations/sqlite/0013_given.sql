-- Whether somebody other than the user knows how their account was opened last: an administrator who set the
-- password, or who read a link to it or chose where it was sent.

ALTER TABLE users ADD COLUMN password_given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN handed INTEGER NOT NULL DEFAULT 0;
