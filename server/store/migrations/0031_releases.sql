-- SPDX-License-Identifier: Apache-2.0
-- A lock that its owner has released (spec/activation.md §4) keeps its row, for what was issued for it and what it did, and leaves
-- its door. So the table is made anew without the rule that a door has one row: an index says it of the rows that count.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE locks_before AS SELECT * FROM locks;
DROP TABLE locks;
CREATE TABLE locks (
  workspace        BLOB NOT NULL,
  lock             BLOB NOT NULL,             -- lock_id
  door             BLOB NOT NULL,             -- of one that was released: its last
  state            TEXT NOT NULL,             -- claimed | answered | active | released
  wanted_class     INTEGER,                   -- said with the claim
  class            INTEGER,                   -- 0 unprotected, 1 protected; known from the ask on
  slot_count       INTEGER NOT NULL DEFAULT 0,-- slots that the lock holds
  settings         TEXT NOT NULL,             -- JSON
  claim_sealed     BLOB,                      -- the label's secret, until done
  claimed_at       INTEGER NOT NULL,
  keys_sealed      BLOB,                      -- from the newest answer on, until it is released
  chain_sealed     BLOB,
  done             BLOB,                      -- what the lock will prove itself with, until it has
  activated_at     INTEGER,
  next_seq         INTEGER NOT NULL DEFAULT 1,-- the audit record that is expected next
  last_tag         BLOB,                      -- tag of record next_seq - 1
  chain_broken_at  INTEGER,
  desired_version  INTEGER NOT NULL DEFAULT 1,
  applied_version  INTEGER NOT NULL DEFAULT 0,
  refused_status   INTEGER,                   -- why the lock refused the newest version: the number of a Status
  codes_version    INTEGER NOT NULL DEFAULT 0,-- the version that brought the epoch and the digits of offline codes
  schedule_until   INTEGER NOT NULL DEFAULT 0,-- the last hour whose key was ever given out; 0 for a protected lock
  status           BLOB,                      -- the newest status message (link.md §4)
  seen_at          INTEGER,
  schedules_renew_at INTEGER,                 -- when half of the time for which it knows schedules is over
  generation_floor INTEGER NOT NULL DEFAULT 0,-- no slot begins below it: behind a restored backup
  online           INTEGER NOT NULL DEFAULT 0,
  reset_seen_at    INTEGER,                   -- when somebody last asked in its name to be activated
  identity         BLOB,                      -- I_L, a P-256 point; from the newest answer on
  key_id           INTEGER,                   -- of K_session: no other key of the platform has it
  session_sealed   BLOB,                      -- n and C(n): how far the chain of that key is
  campaign         BLOB,                      -- that it is in
  key_serial       INTEGER NOT NULL DEFAULT 0,-- of virtual keys: the newest that was given out
  key_epoch        INTEGER NOT NULL DEFAULT 0,
  denials_number   INTEGER NOT NULL DEFAULT 0,
  life             INTEGER NOT NULL DEFAULT 0,-- how often this workspace has released it: its records count from 1 in each
  release_sealed   BLOB,                      -- the secret of its next label, from before the lock hears of it until it is claimed anew
  release_by       TEXT,                      -- who asked for that
  released_at      INTEGER,
  PRIMARY KEY (workspace, lock),
  FOREIGN KEY (workspace, door) REFERENCES doors (workspace, door)
) WITHOUT ROWID;
INSERT INTO locks (workspace, lock, door, state, wanted_class, class, slot_count, settings, claim_sealed, claimed_at, keys_sealed,
  chain_sealed, done, activated_at, next_seq, last_tag, chain_broken_at, desired_version, applied_version, refused_status,
  codes_version, schedule_until, status, seen_at, schedules_renew_at, generation_floor, online, reset_seen_at, identity, key_id,
  session_sealed, campaign, key_serial, key_epoch, denials_number)
SELECT workspace, lock, door, state, wanted_class, class, slot_count, settings, claim_sealed, claimed_at, keys_sealed,
  chain_sealed, done, activated_at, next_seq, last_tag, chain_broken_at, desired_version, applied_version, refused_status,
  codes_version, schedule_until, status, seen_at, schedules_renew_at, generation_floor, online, reset_seen_at, identity, key_id,
  session_sealed, campaign, key_serial, key_epoch, denials_number
FROM locks_before;
DROP TABLE locks_before;
CREATE UNIQUE INDEX locks_by_door ON locks (workspace, door) WHERE state <> 'released';
CREATE UNIQUE INDEX locks_by_id ON locks (lock) WHERE state <> 'released';
CREATE INDEX locks_online ON locks (workspace, lock) WHERE online = 1;
CREATE UNIQUE INDEX locks_by_key_id ON locks (key_id) WHERE key_id IS NOT NULL;
ALTER TABLE events ADD COLUMN lock_life INTEGER NOT NULL DEFAULT 0;
DROP INDEX events_by_record;
CREATE UNIQUE INDEX events_by_record ON events (workspace, lock, lock_life, lock_seq, type);
