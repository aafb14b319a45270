-- SPDX-License-Identifier: Apache-2.0
-- Who a lock is, and the key that it shares with the platform (spec/activation.md, spec/session.md). A lock that was activated without is activated anew.
ALTER TABLE locks ADD COLUMN identity BLOB;                 -- I_L, a P-256 point; from the newest answer on
ALTER TABLE locks ADD COLUMN key_id INTEGER;                -- of K_session: no other key of the platform has it
ALTER TABLE locks ADD COLUMN session_sealed BLOB;           -- n and C(n): how far the chain of that key is
CREATE UNIQUE INDEX locks_by_key_id ON locks (key_id) WHERE key_id IS NOT NULL;
