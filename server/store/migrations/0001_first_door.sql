-- SPDX-License-Identifier: Apache-2.0
-- The first schema. Every table begins its key with the workspace. Ids and keys are 16 bytes, instants unix seconds, JSON
-- text; what is named *_sealed is a blob of server/keys and worthless without the key store.

CREATE TABLE workspaces (
  workspace       BLOB PRIMARY KEY,
  name            TEXT NOT NULL,
  settings        TEXT NOT NULL DEFAULT '{}', -- JSON: the code policy that new locks start with, hours of a schedule
  event_position  INTEGER NOT NULL DEFAULT 0, -- newest position given out
  created_at      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
  workspace    BLOB NOT NULL,
  api_key      BLOB NOT NULL,
  name         TEXT NOT NULL,
  hash         BLOB NOT NULL,                 -- SHA-256 of the secret
  hint         TEXT NOT NULL,                 -- its last four characters
  permissions  TEXT NOT NULL,                 -- JSON array of names
  created_at   INTEGER NOT NULL,
  revoked_at   INTEGER,
  PRIMARY KEY (workspace, api_key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

CREATE TABLE sites (
  workspace   BLOB NOT NULL,
  site        BLOB NOT NULL,
  name        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, site),
  UNIQUE (workspace, name)
) WITHOUT ROWID;

CREATE TABLE doors (
  workspace   BLOB NOT NULL,
  door        BLOB NOT NULL,
  site        BLOB NOT NULL,
  name        TEXT NOT NULL,
  zone        TEXT NOT NULL,                  -- IANA
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, door),
  UNIQUE (workspace, site, name),
  FOREIGN KEY (workspace, site) REFERENCES sites (workspace, site)
) WITHOUT ROWID;

-- A lock from its claim on. A lock's id is public and unique in the world, so the one index across workspaces finds whose it is.
CREATE TABLE locks (
  workspace        BLOB NOT NULL,
  lock             BLOB NOT NULL,             -- lock_id
  door             BLOB NOT NULL,
  state            TEXT NOT NULL,             -- claimed | answered | active
  wanted_class     INTEGER,                   -- said with the claim
  class            INTEGER,                   -- 0 unprotected, 1 protected; known from the ask on
  slot_count       INTEGER NOT NULL DEFAULT 0,-- slots that the lock holds
  settings         TEXT NOT NULL,             -- JSON
  claim_sealed     BLOB,                      -- the label's secret, until done
  claimed_at       INTEGER NOT NULL,
  keys_sealed      BLOB,                      -- from the newest answer on
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
  PRIMARY KEY (workspace, lock),
  UNIQUE (workspace, door),
  FOREIGN KEY (workspace, door) REFERENCES doors (workspace, door)
) WITHOUT ROWID;
CREATE UNIQUE INDEX locks_by_id ON locks (lock);

CREATE TABLE persons (
  workspace   BLOB NOT NULL,
  person      BLOB NOT NULL,
  name        TEXT NOT NULL,
  email       TEXT,
  phone       TEXT,
  external_id TEXT,
  key_sealed  BLOB,                           -- erased with the person
  created_at  INTEGER NOT NULL,
  revoked_at  INTEGER,
  PRIMARY KEY (workspace, person),
  UNIQUE (workspace, external_id)
) WITHOUT ROWID;
CREATE INDEX persons_by_name ON persons (workspace, name, person);

CREATE TABLE access_grants (
  workspace   BLOB NOT NULL,
  access_grant BLOB NOT NULL,
  person      BLOB NOT NULL,
  from_at     INTEGER NOT NULL,
  to_at       INTEGER,                        -- NULL: until revoked
  external_id TEXT,
  created_at  INTEGER NOT NULL,
  revoked_at  INTEGER,
  closed_at   INTEGER,                        -- when its credentials were ended, by revocation or at to_at
  PRIMARY KEY (workspace, access_grant),
  UNIQUE (workspace, external_id),
  FOREIGN KEY (workspace, person) REFERENCES persons (workspace, person)
) WITHOUT ROWID;
CREATE INDEX access_grants_by_person ON access_grants (workspace, person);
CREATE INDEX access_grants_by_end ON access_grants (to_at) WHERE closed_at IS NULL;

CREATE TABLE access_grant_doors (
  workspace    BLOB NOT NULL,
  access_grant BLOB NOT NULL,
  door         BLOB NOT NULL,
  PRIMARY KEY (workspace, access_grant, door),
  FOREIGN KEY (workspace, access_grant) REFERENCES access_grants (workspace, access_grant),
  FOREIGN KEY (workspace, door) REFERENCES doors (workspace, door)
) WITHOUT ROWID;
CREATE INDEX access_grant_doors_by_door ON access_grant_doors (workspace, door);

-- What a grant turned into at one door. Codes are never stored: a token is a slot and a generation, an offline code its
-- descriptor. Rows of offline codes stay for ever: no descriptor is issued twice (R18).
CREATE TABLE credentials (
  workspace     BLOB NOT NULL,
  credential    BLOB NOT NULL,
  access_grant  BLOB,                         -- NULL, and no person: a service code (clock, clear, release)
  person        BLOB,
  door          BLOB NOT NULL,
  lock          BLOB NOT NULL,
  kind          TEXT NOT NULL,                -- token | fixed_token | sms | offline
  slot          INTEGER,                      -- token, fixed_token, sms
  generation    INTEGER,
  family        INTEGER,                      -- offline: family, epoch, n, and the number P that it has with n = 10 (codes.md §3)
  code_epoch    INTEGER,
  code_digits   INTEGER,
  code_number   INTEGER,
  begins_at     INTEGER,                      -- the window that the lock will use; clock, clear and release codes: t
  ends_at       INTEGER,
  external_id   TEXT,
  since_version INTEGER NOT NULL DEFAULT 0,   -- desired version that brought it to the lock; 0: the lock needs to hear nothing
  until_version INTEGER,                      -- desired version that ends it
  issued_at     INTEGER NOT NULL,
  revoked_at    INTEGER,
  ended_at      INTEGER,                      -- from here on it opens nothing
  PRIMARY KEY (workspace, credential),
  UNIQUE (workspace, external_id),
  FOREIGN KEY (workspace, access_grant) REFERENCES access_grants (workspace, access_grant),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
CREATE INDEX credentials_by_grant ON credentials (workspace, access_grant);
CREATE INDEX credentials_by_door ON credentials (workspace, door, credential) WHERE ended_at IS NULL;
CREATE INDEX credentials_by_lock ON credentials (workspace, lock) WHERE ended_at IS NULL;
CREATE INDEX credentials_by_slot ON credentials (workspace, lock, slot, generation);
CREATE UNIQUE INDEX credentials_by_code ON credentials (workspace, lock, code_epoch, family, code_number) WHERE family IS NOT NULL;
CREATE INDEX credentials_by_begin ON credentials (workspace, lock, code_epoch, family, begins_at, code_number) WHERE family IS NOT NULL;
CREATE INDEX credentials_by_end ON credentials (ends_at) WHERE ended_at IS NULL AND kind = 'offline';

-- The token slots of a lock. A slot is free again only after the lock applied the snapshot without it (R2).
CREATE TABLE slots (
  workspace      BLOB NOT NULL,
  lock           BLOB NOT NULL,
  slot           INTEGER NOT NULL,
  generation     INTEGER NOT NULL,            -- of its use, or of its next one while it is ending or free
  state          TEXT NOT NULL,               -- used | ending | retiring (ending at generation 65,535) | free | retired
  fixed          INTEGER NOT NULL DEFAULT 0,
  sms            INTEGER NOT NULL DEFAULT 0,
  begins_at      INTEGER NOT NULL DEFAULT 0,  -- a fixed token comes to the lock when its grant begins, no earlier
  listed         INTEGER NOT NULL DEFAULT 1,  -- 0: its desired version does not name it yet
  credential     BLOB,
  until_version  INTEGER,                     -- while ending: free when this version is applied
  PRIMARY KEY (workspace, lock, slot),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
CREATE INDEX slots_to_list ON slots (begins_at) WHERE state = 'used' AND listed = 0;

CREATE TABLE commands (
  workspace    BLOB NOT NULL,
  lock         BLOB NOT NULL,
  command      INTEGER NOT NULL,              -- random, as the link has it
  action       TEXT NOT NULL,                 -- unlock | release_keypad
  api_key      BLOB NOT NULL,                 -- who asked
  state        TEXT NOT NULL,                 -- sent | done | refused | unanswered
  reason       TEXT,
  created_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  PRIMARY KEY (workspace, lock, command),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;

-- spec/event.md §6. `person` is how a person's events are found; it is not covered by the leaf and is erased with the person.
CREATE TABLE events (
  workspace    BLOB NOT NULL,
  position     INTEGER NOT NULL,
  event        BLOB NOT NULL,
  type         TEXT NOT NULL,
  at           INTEGER,
  recorded_at  INTEGER NOT NULL,
  door         BLOB,
  lock         BLOB,
  lock_seq     INTEGER,
  person       BLOB,
  header       TEXT NOT NULL,                 -- JSON, exactly what the leaf covers
  body_sealed  BLOB,
  leaf         BLOB NOT NULL,
  record       BLOB,                          -- the lock's 44 bytes
  PRIMARY KEY (workspace, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_id ON events (workspace, event);
CREATE UNIQUE INDEX events_by_record ON events (workspace, lock, lock_seq, type);
CREATE INDEX events_by_door ON events (workspace, door, position);
CREATE INDEX events_by_type ON events (workspace, type, position);
CREATE INDEX events_by_person ON events (workspace, person, position);

-- What must leave the platform. The text is sealed, and erased once it is too old to be of use.
CREATE TABLE outbox (
  workspace     BLOB NOT NULL,
  message       BLOB NOT NULL,
  channel       TEXT NOT NULL,                -- sms
  credential    BLOB NOT NULL,
  recipient     TEXT NOT NULL,
  text_sealed   BLOB,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  PRIMARY KEY (workspace, message)
) WITHOUT ROWID;
CREATE INDEX outbox_by_expiry ON outbox (expires_at) WHERE text_sealed IS NOT NULL;
