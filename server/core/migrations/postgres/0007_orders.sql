-- Who has a second factor is asked for by everybody who looks after people.
CREATE INDEX users_by_mfa_enrolled ON users (mfa_enrolled, pk) WHERE deleted_at IS NULL;

-- A letter gets its Message-ID at its first try, when it is known from where it is sent.
UPDATE letters SET message_id = '' WHERE attempts = 0 AND state = 'waiting';
