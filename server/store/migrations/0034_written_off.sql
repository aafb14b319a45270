-- SPDX-License-Identifier: Apache-2.0
-- A lock that was written off (spec/activation.md §5) keeps its row, and its id for ever, and leaves its door.
DROP INDEX locks_by_door;
CREATE UNIQUE INDEX locks_by_door ON locks (workspace, door) WHERE state <> 'released' AND state <> 'written_off';
