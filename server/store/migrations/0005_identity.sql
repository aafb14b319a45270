-- SPDX-License-Identifier: Apache-2.0
-- People who use the console: operators with a role, their sessions, second factors and recoveries. What somebody shows to
-- prove who they are is a hash here (passwords: argon2id; the rest: SHA-256 of 256 random bits), or sealed.

CREATE TABLE operators (
  workspace          BLOB NOT NULL,
  operator           BLOB NOT NULL,
  name               TEXT NOT NULL,
  email              TEXT NOT NULL,                -- in lower case
  role               TEXT NOT NULL,                -- owner | manager | installer | auditor | support
  password_hash      TEXT,                         -- NULL until the invitation is accepted
  totp_sealed        BLOB,                         -- the authenticator app's key
  totp_confirmed_at  INTEGER,                      -- NULL while a code has not yet shown that the app has it
  totp_last_step     INTEGER NOT NULL DEFAULT 0,   -- no code of this step or an earlier one is good again
  created_at         INTEGER NOT NULL,
  created_by         TEXT NOT NULL,
  accepted_at        INTEGER,
  ended_at           INTEGER,
  PRIMARY KEY (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX operators_by_email ON operators (workspace, email) WHERE ended_at IS NULL;
-- Signing in starts with an e-mail address and no workspace.
CREATE INDEX operators_by_email_alone ON operators (email) WHERE ended_at IS NULL;

-- What is sent to an operator to begin with: good once, and until it expires. A new one replaces the old.
CREATE TABLE operator_invitations (
  workspace   BLOB NOT NULL,
  operator    BLOB NOT NULL,
  hash        BLOB NOT NULL,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (workspace, operator),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX operator_invitations_by_hash ON operator_invitations (hash);

CREATE TABLE recovery_codes (
  workspace  BLOB NOT NULL,
  operator   BLOB NOT NULL,
  hash       BLOB NOT NULL,
  used_at    INTEGER,
  PRIMARY KEY (workspace, operator, hash),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;

CREATE TABLE sessions (
  workspace   BLOB NOT NULL,
  session     BLOB NOT NULL,
  operator    BLOB NOT NULL,
  hash        BLOB NOT NULL,
  address     TEXT NOT NULL,                       -- where from, when it began
  agent       TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  seen_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  PRIMARY KEY (workspace, session),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_operator ON sessions (workspace, operator) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- At most one recovery an operator; docs/decisions says why it has two links and a wait.
CREATE TABLE recoveries (
  workspace    BLOB NOT NULL,
  operator     BLOB NOT NULL,
  hash         BLOB NOT NULL,                      -- of the first link: good with a second factor, or once approved
  late_hash    BLOB,                               -- of the second link, sent after the wait: good alone
  asked_at     INTEGER NOT NULL,
  opens_at     INTEGER NOT NULL,                   -- when the second link is sent
  expires_at   INTEGER NOT NULL,
  approved_at  INTEGER,
  approved_by  TEXT,
  PRIMARY KEY (workspace, operator),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX recoveries_by_hash ON recoveries (hash);
CREATE UNIQUE INDEX recoveries_by_late_hash ON recoveries (late_hash) WHERE late_hash IS NOT NULL;
CREATE INDEX recoveries_by_opening ON recoveries (opens_at) WHERE late_hash IS NULL;

ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;       -- NULL: never
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
ALTER TABLE api_keys ADD COLUMN created_by TEXT;          -- NULL: the platform's first start, or before this column

-- Messages to operators have no credential.
CREATE TABLE outbox_new (
  workspace     BLOB NOT NULL,
  message       BLOB NOT NULL,
  channel       TEXT NOT NULL,                -- sms | email
  credential    BLOB,                         -- what its code opens; or
  operator      BLOB,                         -- whom it concerns: then its text is for nobody else's eyes
  recipient     TEXT NOT NULL,
  text_sealed   BLOB,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  PRIMARY KEY (workspace, message)
) WITHOUT ROWID;
INSERT INTO outbox_new (workspace, message, channel, credential, recipient, text_sealed, created_at, expires_at)
  SELECT workspace, message, channel, credential, recipient, text_sealed, created_at, expires_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_by_expiry ON outbox (expires_at) WHERE text_sealed IS NOT NULL;
