-- SPDX-License-Identifier: Apache-2.0
-- Events are found by lock as they are by door, person and type; and recorded_at never goes back within a workspace, so that a
-- time is a place in the log and needs no index.
CREATE INDEX events_by_lock ON events (workspace, lock, position);
ALTER TABLE workspaces ADD COLUMN event_recorded_at INTEGER NOT NULL DEFAULT 0; -- of the newest event

-- What the planner is to know of a large log. Without it, SQLite takes the key and reads every event of the workspace to find
-- those of one door. Only `workspaces` is analysed, which is small: that makes the table of statistics.
ANALYZE workspaces;
DELETE FROM sqlite_stat1 WHERE tbl = 'workspaces';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('events', 'events', '1000000 1000000 1'),
  ('events', 'events_by_door', '1000000 1000000 1000 1'),
  ('events', 'events_by_lock', '1000000 1000000 1000 1'),
  ('events', 'events_by_person', '1000000 1000000 1000 1'),
  ('events', 'events_by_type', '1000000 1000000 50000 1'),
  ('events', 'events_by_id', '1000000 1000000 1'),
  ('events', 'events_by_record', '1000000 1000000 1000 1 1');
ANALYZE sqlite_schema;
