-- SPDX-License-Identifier: Apache-2.0
-- Firmware images, and the campaigns that bring them to locks.

-- Whose images are taken: public keys of makers.
CREATE TABLE firmware_makers (
  workspace   BLOB NOT NULL,
  maker       BLOB NOT NULL,
  name        TEXT NOT NULL,
  key_name    BLOB NOT NULL,                  -- SHA-256 of the key as images name it (update.md §1, field 0x01)
  public_key  BLOB NOT NULL,                  -- X | Y
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, maker),
  UNIQUE (workspace, name),
  UNIQUE (workspace, key_name)
) WITHOUT ROWID;

-- Images that were verified when they came. What is here is what the image says of itself.
CREATE TABLE firmware_images (
  workspace         BLOB NOT NULL,
  image             BLOB NOT NULL,
  digest            BLOB NOT NULL,            -- D
  size_bytes        INTEGER NOT NULL,
  security_counter  INTEGER NOT NULL,
  major             INTEGER NOT NULL,
  minor             INTEGER NOT NULL,
  revision          INTEGER NOT NULL,
  build             INTEGER NOT NULL,
  vendor            BLOB NOT NULL,
  device_class      BLOB NOT NULL,
  signer            BLOB NOT NULL,            -- key_name of the maker
  created_at        INTEGER NOT NULL,
  created_by        TEXT NOT NULL,
  PRIMARY KEY (workspace, image),
  UNIQUE (workspace, digest)
) WITHOUT ROWID;

-- Their bytes, 16 KiB in a row: what is read of an image is what locks ask for. Rows of this size do not belong into a key's tree.
CREATE TABLE firmware_chunks (
  workspace   BLOB NOT NULL,
  image       BLOB NOT NULL,
  number      INTEGER NOT NULL,
  bytes       BLOB NOT NULL,
  PRIMARY KEY (workspace, image, number),
  FOREIGN KEY (workspace, image) REFERENCES firmware_images (workspace, image)
);

CREATE TABLE firmware_campaigns (
  workspace    BLOB NOT NULL,
  campaign     BLOB NOT NULL,
  name         TEXT NOT NULL,
  image        BLOB NOT NULL,
  state        TEXT NOT NULL,                 -- draft | running | paused | halted | done | cancelled
  halted_for   TEXT,                          -- failures | nothing_confirmed
  ring         INTEGER NOT NULL DEFAULT 0,    -- whose turn it is
  patience_s   INTEGER NOT NULL,
  window_from  INTEGER,                       -- minutes of the day at the door; both NULL: always
  window_to    INTEGER,
  wake_at      INTEGER,                       -- when time alone brings something about; NULL: never
  created_at   INTEGER NOT NULL,
  created_by   TEXT NOT NULL,
  ended_at     INTEGER,
  PRIMARY KEY (workspace, campaign),
  FOREIGN KEY (workspace, image) REFERENCES firmware_images (workspace, image)
) WITHOUT ROWID;
CREATE INDEX firmware_campaigns_by_wake ON firmware_campaigns (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX firmware_campaigns_by_image ON firmware_campaigns (workspace, image);

-- The counts are kept with every report, so that a report costs the same whatever the campaign's size.
CREATE TABLE firmware_rings (
  workspace        BLOB NOT NULL,
  campaign         BLOB NOT NULL,
  ring             INTEGER NOT NULL,          -- 0 the first
  name             TEXT NOT NULL,
  soak_s           INTEGER NOT NULL,
  failures_max     INTEGER NOT NULL,          -- with one more the campaign halts
  lock_count       INTEGER NOT NULL,
  confirmed_count  INTEGER NOT NULL DEFAULT 0,
  failed_count     INTEGER NOT NULL DEFAULT 0,
  forgiven_count   INTEGER NOT NULL DEFAULT 0,-- failures that somebody has seen, and resumed
  begun_at         INTEGER,
  done_at          INTEGER,
  PRIMARY KEY (workspace, campaign, ring),
  FOREIGN KEY (workspace, campaign) REFERENCES firmware_campaigns (workspace, campaign)
) WITHOUT ROWID;

CREATE TABLE firmware_campaign_locks (
  workspace       BLOB NOT NULL,
  campaign        BLOB NOT NULL,
  lock            BLOB NOT NULL,
  ring            INTEGER NOT NULL,
  state           TEXT NOT NULL DEFAULT 'waiting',  -- offered, and what the lock says; silent: it said nothing more
  standing_bytes  INTEGER NOT NULL DEFAULT 0,
  status          INTEGER NOT NULL DEFAULT 0,       -- why it was refused: the number of a Status
  changed_at      INTEGER NOT NULL,
  PRIMARY KEY (workspace, campaign, lock),
  FOREIGN KEY (workspace, campaign) REFERENCES firmware_campaigns (workspace, campaign),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
CREATE INDEX firmware_campaign_locks_by_ring ON firmware_campaign_locks (workspace, campaign, ring, lock);

-- The campaign that the lock follows: the newest that was started with it.
ALTER TABLE locks ADD COLUMN campaign BLOB;
