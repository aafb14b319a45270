-- SPDX-License-Identifier: Apache-2.0
-- Locks of a ring that left their workspace before the image had come to them: the ring waits for them no more, and they have
-- shown nothing.
ALTER TABLE firmware_rings ADD COLUMN left_count INTEGER NOT NULL DEFAULT 0;
