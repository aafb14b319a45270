-- SPDX-License-Identifier: Apache-2.0
-- Operators who sign in at an OpenID Connect provider: whom its issuer and subject are here. An account of the provider may be an
-- operator of several workspaces.
CREATE TABLE oidc_links (
  workspace     BLOB NOT NULL,
  operator      BLOB NOT NULL,
  issuer        TEXT NOT NULL,
  subject       TEXT NOT NULL,
  email         TEXT,                            -- as the provider had it then; nothing is decided by it
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER,
  PRIMARY KEY (workspace, operator, issuer),
  FOREIGN KEY (workspace, operator) REFERENCES operators (workspace, operator)
) WITHOUT ROWID;
CREATE UNIQUE INDEX oidc_links_by_subject ON oidc_links (issuer, subject, workspace);

ALTER TABLE workspaces ADD COLUMN oidc_link_by_email INTEGER NOT NULL DEFAULT 0;
