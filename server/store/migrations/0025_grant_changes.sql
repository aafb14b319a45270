-- SPDX-License-Identifier: Apache-2.0
-- A grant is changed in place: its slots get other rules by a version of their lock's desired state, and until that is applied the lock goes by those before.
ALTER TABLE credentials ADD COLUMN rule_version INTEGER NOT NULL DEFAULT 0;   -- desired version that brings the newest change of its rule; 0: none was made
ALTER TABLE credentials ADD COLUMN rule_changed_at INTEGER;                   -- of the oldest change that is on its way, or of the newest one
ALTER TABLE credentials ADD COLUMN rule_ends_before INTEGER;                  -- the latest end that the lock may hold until then; NULL: none
ALTER TABLE credentials ADD COLUMN rule_first_use_before_s INTEGER;           -- the longest time after a first opening likewise; NULL: none
ALTER TABLE credentials ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 1;     -- 0: the lock has not counted some of its openings (spec/schedule.md S9)
-- What a phone had at a door before that was taken away does not keep it from a slot when the door comes back.
ALTER TABLE access_grant_doors ADD COLUMN added_at INTEGER NOT NULL DEFAULT 0;   -- 0: with the grant
