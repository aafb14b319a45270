-- SPDX-License-Identifier: Apache-2.0
-- Workspaces that somebody without an operator made for a lock of their own, for their first day: then the lock has proved itself
-- and the row goes, or it has not and everything of the workspace goes.
CREATE TABLE homes (
  workspace   BLOB PRIMARY KEY,
  lock        BLOB NOT NULL,
  person      BLOB NOT NULL,
  invitation  BLOB NOT NULL,
  attempt     BLOB NOT NULL,                  -- SHA-256 of what the phone says again when it heard no answer
  created_at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX homes_by_attempt ON homes (attempt);
CREATE INDEX homes_by_age ON homes (created_at);
