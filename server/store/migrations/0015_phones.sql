-- SPDX-License-Identifier: Apache-2.0
-- How a grant reaches a person's phone (spec/phone.md): a link that is good for a few phones, and the phones that claimed one.
CREATE TABLE invitations (
  workspace       BLOB NOT NULL,
  invitation      BLOB NOT NULL,
  access_grant    BLOB NOT NULL,
  person          BLOB NOT NULL,
  hash            BLOB,                           -- SHA-256 of the token; NULL: nothing claims it any more
  message         BLOB,                           -- of the outbox; NULL: the manager handed the link over
  language        TEXT NOT NULL,
  phones_max      INTEGER NOT NULL,
  phone_count     INTEGER NOT NULL DEFAULT 0,
  first_claim_at  INTEGER,
  opened_at       INTEGER,
  cancelled_at    INTEGER,
  expires_at      INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  created_by      TEXT NOT NULL,
  PRIMARY KEY (workspace, invitation),
  FOREIGN KEY (workspace, access_grant) REFERENCES access_grants (workspace, access_grant)
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_by_hash ON invitations (hash) WHERE hash IS NOT NULL;
CREATE INDEX invitations_by_grant ON invitations (workspace, access_grant, invitation);

CREATE TABLE phones (
  workspace     BLOB NOT NULL,
  phone         BLOB NOT NULL,
  person        BLOB NOT NULL,
  access_grant  BLOB NOT NULL,
  invitation    BLOB NOT NULL,
  name          TEXT NOT NULL,
  keys_sealed   BLOB NOT NULL,                    -- K_auth and K_seal
  asked_at      INTEGER NOT NULL DEFAULT 0,       -- t of its newest request that was answered
  seen_at       INTEGER,
  created_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  ended_because TEXT,                             -- revoked | lost | restored
  PRIMARY KEY (workspace, phone),
  FOREIGN KEY (workspace, person) REFERENCES persons (workspace, person)
) WITHOUT ROWID;
-- A phone says who it is, and nothing of a workspace.
CREATE UNIQUE INDEX phones_by_id ON phones (phone);
CREATE INDEX phones_by_person ON phones (workspace, person, phone);

ALTER TABLE credentials ADD COLUMN phone BLOB;                                    -- whose own slot it is
ALTER TABLE credentials ADD COLUMN phone_keys_until INTEGER NOT NULL DEFAULT 0;   -- the end of the last hour whose key a phone was given
CREATE INDEX credentials_by_phone ON credentials (workspace, phone, door) WHERE phone IS NOT NULL;
