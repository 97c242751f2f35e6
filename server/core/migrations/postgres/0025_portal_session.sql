-- After how many minutes without use a session of the User Portal ends.
ALTER TABLE organization ADD COLUMN portal_idle_minutes BIGINT NOT NULL DEFAULT 60;
