-- An email to be sent is a message. What is sealed in its row stays sealed under the name before.

ALTER TABLE letters RENAME TO messages;
DROP INDEX letters_by_created;
CREATE INDEX messages_by_created ON messages (created_at);
DROP INDEX letters_by_recipient;
CREATE INDEX messages_by_recipient ON messages (recipient);
DROP INDEX letters_due;
CREATE INDEX messages_due ON messages (due_at) WHERE state = 'waiting';
DROP INDEX letters_lapse;
CREATE INDEX messages_lapse ON messages (lapses_at) WHERE state = 'waiting' OR link <> '';
DROP INDEX letters_failed;
CREATE INDEX messages_failed ON messages (pk) WHERE state = 'failed';
DROP INDEX letters_sent;
CREATE INDEX messages_sent ON messages (sent_at) WHERE sent_at > 0;
DROP INDEX letters_link;
CREATE INDEX messages_link ON messages (link_id) WHERE link_id IS NOT NULL;
DROP INDEX letters_of;
CREATE INDEX messages_of ON messages (principal_id);
UPDATE preferences SET name = 'columns.messages' WHERE name = 'columns.letters';
