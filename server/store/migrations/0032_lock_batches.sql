-- SPDX-License-Identifier: Apache-2.0
-- What makers vouch for (spec/factory.md): batches that were verified when they came, and who their locks are.
CREATE TABLE lock_batches (
  workspace     BLOB NOT NULL,
  batch         BLOB NOT NULL,
  digest        BLOB NOT NULL,                -- SHA-256 of the file
  signer        BLOB NOT NULL,                -- key_name of the maker
  vendor        BLOB NOT NULL,
  device_class  BLOB NOT NULL,
  lock_count    INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  created_by    TEXT NOT NULL,
  PRIMARY KEY (workspace, batch),
  UNIQUE (workspace, digest)
) WITHOUT ROWID;

CREATE TABLE lock_identities (
  workspace  BLOB NOT NULL,
  lock       BLOB NOT NULL,
  batch      BLOB NOT NULL,
  identity   BLOB NOT NULL,                   -- I_L
  PRIMARY KEY (workspace, lock),
  FOREIGN KEY (workspace, batch) REFERENCES lock_batches (workspace, batch)
) WITHOUT ROWID;
CREATE INDEX lock_identities_by_batch ON lock_identities (workspace, batch);
