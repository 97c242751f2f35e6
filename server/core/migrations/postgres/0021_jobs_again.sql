-- Why a job was started; doing it again for those who were left out; taking it back.

ALTER TABLE jobs ADD COLUMN reason TEXT NOT NULL DEFAULT '';
-- the job whose users it is about again, and whether it retries or undoes that one
ALTER TABLE jobs ADD COLUMN of_job BYTEA;
ALTER TABLE jobs ADD COLUMN relation TEXT NOT NULL DEFAULT '' CHECK (relation IN ('', 'retry', 'undo'));
-- The number of the change that did it; of what is still to do in an undo that of the change to be undone.
ALTER TABLE job_items ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
-- What the user was before, where that can be taken back.
ALTER TABLE job_items ADD COLUMN before TEXT NOT NULL DEFAULT '';
