-- SPDX-License-Identifier: Apache-2.0
-- Doors that phones asked to open from afar (spec/phone.md §5): an attempt is made once, and whoever asks again hears how far it is.
CREATE TABLE phone_unlocks (
  workspace     BLOB NOT NULL,
  phone         BLOB NOT NULL,
  attempt       BLOB NOT NULL,               -- as the phone named it
  door          BLOB NOT NULL,
  lock          BLOB NOT NULL,
  position      INTEGER NOT NULL,            -- of its command.asked
  state         TEXT NOT NULL,               -- sent | opened | refused | did_not_answer
  reason        TEXT NOT NULL DEFAULT '',
  asked_at      INTEGER NOT NULL,
  answered_at   INTEGER,
  PRIMARY KEY (workspace, phone, attempt),
  FOREIGN KEY (workspace, phone) REFERENCES phones (workspace, phone)
) WITHOUT ROWID;
CREATE INDEX phone_unlocks_by_time ON phone_unlocks (workspace, phone, asked_at);
