-- SPDX-License-Identifier: Apache-2.0
-- Events are found by site as they are by door. A door never changes its site, so what was recorded before this column is found by its door.
ALTER TABLE events ADD COLUMN site BLOB;
UPDATE events SET site = (SELECT d.site FROM doors AS d WHERE d.workspace = events.workspace AND d.door = events.door)
  WHERE door IS NOT NULL;
CREATE INDEX events_by_site ON events (workspace, site, position);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('events', 'events_by_site', '1000000 1000000 100000 1');
ANALYZE sqlite_schema;
