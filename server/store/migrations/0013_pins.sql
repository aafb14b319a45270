-- SPDX-License-Identifier: Apache-2.0
-- PINs (spec/pin.md): the digest stays with the credential for ever, so that nobody gets the PIN that was another person's.
ALTER TABLE credentials ADD COLUMN pin_digest BLOB;                  -- keyed; NULL: no PIN
ALTER TABLE credentials ADD COLUMN pin_chosen INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX credentials_by_open_pin ON credentials (workspace, lock, pin_digest) WHERE pin_digest IS NOT NULL AND ended_at IS NULL;
CREATE INDEX credentials_by_pin ON credentials (workspace, lock, pin_digest) WHERE pin_digest IS NOT NULL;
ALTER TABLE slots ADD COLUMN pin INTEGER NOT NULL DEFAULT 0;

-- PINs that people chose within the last 24 hours, whatever became of them (pin.md P11).
CREATE TABLE pin_choices (
  workspace  BLOB NOT NULL,
  lock       BLOB NOT NULL,
  number     INTEGER NOT NULL,
  chosen_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, lock, number)
) WITHOUT ROWID;

-- Openings that the lock has reported, by the credential that opened: what a lock counts (spec/schedule.md S9), as far as its
-- records have arrived.
ALTER TABLE credentials ADD COLUMN use_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credentials ADD COLUMN first_used_at INTEGER;
UPDATE credentials SET use_count = (
  SELECT COUNT(*) FROM events AS e WHERE e.workspace = credentials.workspace AND e.lock = credentials.lock AND e.type = 'access.opening'
    AND e.record IS NOT NULL AND hex(substr(e.record, 12, 1)) IN ('01', '02')
    AND hex(substr(e.record, 13, 3)) = printf('%02X%04X', credentials.slot, credentials.generation))
  WHERE slot IS NOT NULL;
