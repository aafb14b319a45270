-- SPDX-License-Identifier: Apache-2.0
-- The first generation of a slot that was never used: above 0 after a restore, which may have forgotten uses.
ALTER TABLE locks ADD COLUMN generation_floor INTEGER NOT NULL DEFAULT 0;
