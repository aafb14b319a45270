-- SPDX-License-Identifier: Apache-2.0
-- Virtual keys of phones (spec/grant.md): the pair that a phone has shown, and what each lock knows of them.
ALTER TABLE phones ADD COLUMN virtual_key BLOB;                            -- its public half, X and Y; NULL: the phone has shown none
ALTER TABLE locks ADD COLUMN key_serial INTEGER NOT NULL DEFAULT 0;        -- the newest that was given out
ALTER TABLE locks ADD COLUMN key_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE locks ADD COLUMN denials_number INTEGER NOT NULL DEFAULT 0;    -- of its list of those that count no more: the desired version that brought it
-- A credential of a phone that may be shown to its lock. Rows stay: no serial is given twice.
CREATE TABLE virtual_keys (
  workspace   BLOB NOT NULL,
  lock        BLOB NOT NULL,
  serial      INTEGER NOT NULL,
  credential  BLOB NOT NULL,
  lease_until INTEGER NOT NULL DEFAULT 0,   -- end of the longest lease that was given
  denied      INTEGER NOT NULL DEFAULT 0,   -- 1: it is on the list
  PRIMARY KEY (workspace, lock, serial),
  UNIQUE (workspace, credential),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
