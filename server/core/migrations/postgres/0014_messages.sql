-- An email to be sent is a message. What is sealed in its row stays sealed under the name before.

ALTER TABLE letters RENAME TO messages;
ALTER INDEX letters_by_created RENAME TO messages_by_created;
ALTER INDEX letters_by_recipient RENAME TO messages_by_recipient;
ALTER INDEX letters_due RENAME TO messages_due;
ALTER INDEX letters_lapse RENAME TO messages_lapse;
ALTER INDEX letters_failed RENAME TO messages_failed;
ALTER INDEX letters_sent RENAME TO messages_sent;
ALTER INDEX letters_link RENAME TO messages_link;
ALTER INDEX letters_of RENAME TO messages_of;
UPDATE preferences SET name = 'columns.messages' WHERE name = 'columns.letters';
