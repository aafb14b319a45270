-- SPDX-License-Identifier: Apache-2.0
-- What a grant may say beside its window (spec/schedule.md). Absent: nothing.
ALTER TABLE access_grants ADD COLUMN schedule TEXT;                      -- JSON as the API has it, in one form for one meaning
ALTER TABLE access_grants ADD COLUMN max_uses INTEGER;
ALTER TABLE access_grants ADD COLUMN expires_after_first_use_s INTEGER;
-- When the schedules that a lock was last sent have run for half of what it knows; NULL: it holds none.
ALTER TABLE locks ADD COLUMN schedules_renew_at INTEGER;
