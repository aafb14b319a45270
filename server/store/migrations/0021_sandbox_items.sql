-- SPDX-License-Identifier: Apache-2.0
-- What the keypad of a sandbox lock keeps from one entry to the next: items of core/decide, as a lock has them in its flash.
CREATE TABLE sandbox_items (
  workspace   BLOB NOT NULL,
  lock        BLOB NOT NULL,
  kind        INTEGER NOT NULL,
  item_index  INTEGER NOT NULL,
  bytes       BLOB NOT NULL,
  PRIMARY KEY (workspace, lock, kind, item_index),
  FOREIGN KEY (workspace, lock) REFERENCES locks (workspace, lock)
) WITHOUT ROWID;
