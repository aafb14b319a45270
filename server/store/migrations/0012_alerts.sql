-- SPDX-License-Identifier: Apache-2.0
-- Which events somebody must hear of now, the conditions that are watched, and the alerts. There is no queue: the log of events
-- is the queue, and `alerts_position` is how far it was looked at.
CREATE TABLE alert_rules (
  workspace   BLOB NOT NULL,
  rule        BLOB NOT NULL,
  type        TEXT NOT NULL,
  name        TEXT NOT NULL,
  enabled     INTEGER NOT NULL,
  severity    TEXT NOT NULL,
  threshold   INTEGER NOT NULL,              -- in the unit of its type
  places      TEXT NOT NULL,                 -- ids of sites and doors separated by blanks; '': everywhere
  steps       TEXT NOT NULL,                 -- JSON: after how many minutes who is told
  created_at  INTEGER NOT NULL,
  changed_at  INTEGER,
  PRIMARY KEY (workspace, rule),
  FOREIGN KEY (workspace) REFERENCES workspaces (workspace)
) WITHOUT ROWID;

CREATE TABLE alerts (
  workspace        BLOB NOT NULL,
  alert            BLOB NOT NULL,
  rule             BLOB NOT NULL,            -- may be deleted by now
  subject          BLOB NOT NULL,            -- what it is about: there is one at a time of a rule and a subject
  type             TEXT NOT NULL,
  severity         TEXT NOT NULL,
  steps            TEXT NOT NULL,            -- as the rule had them
  site             BLOB,
  door             BLOB,
  lock             BLOB,
  event            BLOB NOT NULL,            -- the first event of it
  state            TEXT NOT NULL,            -- open | acknowledged | closed
  count            INTEGER NOT NULL,
  opened_at        INTEGER NOT NULL,
  last_at          INTEGER NOT NULL,
  over_at          INTEGER,
  steps_done       INTEGER NOT NULL,
  next_step_at     INTEGER,
  acknowledged_at  INTEGER,
  acknowledged_by  TEXT NOT NULL DEFAULT '',
  note             TEXT NOT NULL DEFAULT '',
  closed_at        INTEGER,
  closed_by        TEXT NOT NULL DEFAULT '', -- '': by itself
  PRIMARY KEY (workspace, alert)
) WITHOUT ROWID;
CREATE UNIQUE INDEX alerts_unclosed ON alerts (workspace, rule, subject) WHERE state <> 'closed';
CREATE INDEX alerts_by_state ON alerts (workspace, state, alert);
CREATE INDEX alerts_by_lock ON alerts (workspace, lock, alert) WHERE lock IS NOT NULL;
CREATE INDEX alerts_by_step ON alerts (next_step_at) WHERE next_step_at IS NOT NULL;

-- Something that is an alert if it still holds at `due_at`.
CREATE TABLE alert_waits (
  workspace  BLOB NOT NULL,
  rule       BLOB NOT NULL,
  subject    BLOB NOT NULL,
  due_at     INTEGER NOT NULL,
  site       BLOB,
  door       BLOB,
  lock       BLOB,
  event      BLOB NOT NULL,
  PRIMARY KEY (workspace, rule, subject)
) WITHOUT ROWID;
CREATE INDEX alert_waits_by_due ON alert_waits (due_at);

ALTER TABLE workspaces ADD COLUMN alerts_position INTEGER;              -- NULL: its first rules are to be made
ALTER TABLE locks ADD COLUMN online INTEGER NOT NULL DEFAULT 0;         -- as the newest lock.online or lock.offline says
ALTER TABLE locks ADD COLUMN reset_seen_at INTEGER;                     -- the newest lock.reset
CREATE INDEX locks_online ON locks (workspace, lock) WHERE online = 1;
