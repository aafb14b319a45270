-- SPDX-License-Identifier: Apache-2.0
-- A PIN is changed in place: the credential has the newest one, and this table those before it, for as long as the credential (pin.md P10).
CREATE TABLE replaced_pins (
  workspace      BLOB NOT NULL,
  lock           BLOB NOT NULL,
  pin_digest     BLOB NOT NULL,
  person         BLOB NOT NULL,
  credential     BLOB NOT NULL,
  until_version  INTEGER NOT NULL,             -- desired version that ends it; 0: it never came to the lock
  PRIMARY KEY (workspace, lock, pin_digest),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
ALTER TABLE credentials ADD COLUMN pin_version INTEGER NOT NULL DEFAULT 0;      -- desired version that brings the newest PIN in place of another; 0: none was changed
ALTER TABLE credentials ADD COLUMN pin_changed_at INTEGER;
-- Whoever has the link may choose a PIN, too.
ALTER TABLE invitations ADD COLUMN pin INTEGER NOT NULL DEFAULT 0;
