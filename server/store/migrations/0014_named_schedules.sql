-- SPDX-License-Identifier: Apache-2.0
-- Schedules with a name, for many grants, and the calendars of holidays that they follow.
CREATE TABLE calendars (
  workspace   BLOB NOT NULL,
  calendar    BLOB NOT NULL,
  name        TEXT NOT NULL,
  dates       TEXT NOT NULL,                  -- JSON array, ascending
  created_at  INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, calendar),
  UNIQUE (workspace, name)
) WITHOUT ROWID;

CREATE TABLE schedules (
  workspace   BLOB NOT NULL,
  schedule    BLOB NOT NULL,
  name        TEXT NOT NULL,
  times       TEXT NOT NULL,                  -- JSON as the API has it, without the dates of its calendars
  effective   TEXT NOT NULL,                  -- with them: what the grants have that follow it
  created_at  INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, schedule),
  UNIQUE (workspace, name)
) WITHOUT ROWID;

CREATE TABLE schedule_calendars (
  workspace   BLOB NOT NULL,
  schedule    BLOB NOT NULL,
  calendar    BLOB NOT NULL,
  PRIMARY KEY (workspace, schedule, calendar),
  FOREIGN KEY (workspace, schedule) REFERENCES schedules (workspace, schedule),
  FOREIGN KEY (workspace, calendar) REFERENCES calendars (workspace, calendar)
) WITHOUT ROWID;
CREATE INDEX schedule_calendars_by_calendar ON schedule_calendars (workspace, calendar);

-- The version of a lock's desired state that brings the newest change of a schedule.
CREATE TABLE schedule_locks (
  workspace   BLOB NOT NULL,
  schedule    BLOB NOT NULL,
  lock        BLOB NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (workspace, schedule, lock)
) WITHOUT ROWID;

-- The schedule that a grant follows; `schedule` beside it is that one's `effective`, and changes with it.
ALTER TABLE access_grants ADD COLUMN named_schedule BLOB;
CREATE INDEX access_grants_by_schedule ON access_grants (workspace, named_schedule) WHERE named_schedule IS NOT NULL;
