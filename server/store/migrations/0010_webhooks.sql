-- SPDX-License-Identifier: Apache-2.0
-- Whom events are sent to. There is no queue: the log of events is the queue, and `position` is how far an endpoint has come.
CREATE TABLE webhooks (
  workspace         BLOB NOT NULL,
  webhook           BLOB NOT NULL,
  url               TEXT NOT NULL,
  types             TEXT NOT NULL,              -- names of event types separated by blanks; '': all
  secret_sealed     BLOB NOT NULL,
  old_secret_sealed BLOB,                       -- signs too until old_secret_until
  old_secret_until  INTEGER,
  state             TEXT NOT NULL,              -- active | disabled
  position          INTEGER NOT NULL,           -- every event up to here was taken, or is none of its types
  attempts          INTEGER NOT NULL DEFAULT 0, -- failed ones in a row
  failing_since     INTEGER,
  next_attempt_at   INTEGER NOT NULL DEFAULT 0,
  last_failure      TEXT,
  created_at        INTEGER NOT NULL,
  PRIMARY KEY (workspace, webhook),
  FOREIGN KEY (workspace) REFERENCES workspaces (workspace)
) WITHOUT ROWID;
CREATE INDEX webhooks_by_attempt ON webhooks (next_attempt_at) WHERE state = 'active';
