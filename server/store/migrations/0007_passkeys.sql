-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE passkeys (
  workspace      BLOB NOT NULL,
  passkey        BLOB NOT NULL,
  operator       BLOB NOT NULL,
  name           TEXT NOT NULL,
  credential_id  BLOB NOT NULL,               -- the authenticator's own, unique in the world
  public_key     BLOB NOT NULL,               -- x and y on P-256
  count          INTEGER NOT NULL,            -- of uses, as the authenticator says; 0 for ever: it does not count
  created_at     INTEGER NOT NULL,
  last_used_at   INTEGER,
  PRIMARY KEY (workspace, passkey),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);
CREATE INDEX passkeys_by_operator ON passkeys (workspace, operator);
