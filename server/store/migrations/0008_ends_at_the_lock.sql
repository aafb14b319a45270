-- SPDX-License-Identifier: Apache-2.0
-- 1: its slot has the end of the grant as a rule (spec/schedule.md S14), so that it opens nothing afterwards whatever the lock hears.
ALTER TABLE credentials ADD COLUMN ends_at_lock INTEGER NOT NULL DEFAULT 0;
