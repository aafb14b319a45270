-- SPDX-License-Identifier: Apache-2.0
-- How far a message has come, and the language that people are written to in (NULL: their workspace's).
ALTER TABLE outbox ADD COLUMN letter TEXT NOT NULL DEFAULT '';             -- what it is; '': of a version that knew the text alone
ALTER TABLE outbox ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE outbox ADD COLUMN secret INTEGER NOT NULL DEFAULT 0;             -- 1: its text is for the recipient alone
ALTER TABLE outbox ADD COLUMN state TEXT NOT NULL DEFAULT 'queued';        -- queued | sent | failed
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN next_attempt_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN sent_at INTEGER;
ALTER TABLE outbox ADD COLUMN last_failure TEXT;
UPDATE outbox SET state = 'failed', last_failure = 'it ended before anybody passed it on' WHERE text_sealed IS NULL;
CREATE INDEX outbox_to_send ON outbox (next_attempt_at) WHERE state = 'queued' AND channel = 'email';
ALTER TABLE persons ADD COLUMN language TEXT;
ALTER TABLE operators ADD COLUMN language TEXT;
ALTER TABLE workspaces ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
