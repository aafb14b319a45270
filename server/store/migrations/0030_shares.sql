-- SPDX-License-Identifier: Apache-2.0
-- Keys that people share from their phones (spec/phone.md §6): grants of a guest's own, within another one. And which doors are somebody's own.
ALTER TABLE access_grants ADD COLUMN may_share INTEGER NOT NULL DEFAULT 0;     -- 1: its person may share it
ALTER TABLE access_grants ADD COLUMN shared_by BLOB;                           -- the grant that it is a part of
ALTER TABLE access_grants ADD COLUMN shared_on BLOB;                           -- the phone that it was shared on
CREATE INDEX access_grants_by_giver ON access_grants (workspace, shared_by) WHERE shared_by IS NOT NULL;
ALTER TABLE access_grant_doors ADD COLUMN own INTEGER NOT NULL DEFAULT 0;      -- 1: its person lives behind it, and sees who comes in
