-- SPDX-License-Identifier: Apache-2.0
-- What was answered to a POST that carried an Idempotency-Key. The row comes with the effect, in its transaction; the answer
-- follows right after it. Both blobs are sealed: a request may hold a PIN, an answer a code.
CREATE TABLE idempotency_keys (
  workspace      BLOB NOT NULL,
  caller         TEXT NOT NULL,               -- id of the API key or operator: keys of others are not seen
  idempotency_key BLOB NOT NULL,              -- SHA-256 of the header's value
  request_sealed BLOB NOT NULL,               -- SHA-256 of method, path, query and body
  answer_sealed  BLOB,                        -- NULL: done, and the answer was lost by a crash
  expires_at     INTEGER NOT NULL,
  PRIMARY KEY (workspace, caller, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
