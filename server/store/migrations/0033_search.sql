-- SPDX-License-Identifier: Apache-2.0
-- What is found by its name has a search text beside it (server/domain/search.hpp); a person's has the addresses behind the name.
ALTER TABLE sites ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE doors ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE sites SET search = search_text(name);
UPDATE doors SET search = search_text(name);
UPDATE persons SET search = search_text(name || coalesce(char(10) || email, '') || coalesce(char(10) || phone, ''));

-- All that a search looks at, in the order of its answer.
CREATE INDEX doors_by_search ON doors (workspace, search, door, site);
CREATE INDEX persons_by_search ON persons (workspace, search, person);

-- Since when a slot is free: one that was emptied a moment ago refuses the next holder's code as replayed (codes.md R4).
ALTER TABLE slots ADD COLUMN freed_at INTEGER NOT NULL DEFAULT 0;
