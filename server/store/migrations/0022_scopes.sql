-- SPDX-License-Identifier: Apache-2.0
-- What of a workspace an operator or a key is limited to: these sites with all their doors, and these doors. Whoever is limited
-- and has no place left is in reach of nothing.
ALTER TABLE operators ADD COLUMN is_limited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN is_limited INTEGER NOT NULL DEFAULT 0;

CREATE TABLE scope_sites (
  workspace  BLOB NOT NULL,
  holder     TEXT NOT NULL,   -- operator_… or key_…, as events name them
  site       BLOB NOT NULL,
  PRIMARY KEY (workspace, holder, site),
  FOREIGN KEY (workspace, site) REFERENCES sites (workspace, site)
) WITHOUT ROWID;

CREATE TABLE scope_doors (
  workspace  BLOB NOT NULL,
  holder     TEXT NOT NULL,
  door       BLOB NOT NULL,
  PRIMARY KEY (workspace, holder, door),
  FOREIGN KEY (workspace, door) REFERENCES doors (workspace, door)
) WITHOUT ROWID;

-- Who added a person sees them before they have a grant at any door.
ALTER TABLE persons ADD COLUMN created_by TEXT;
