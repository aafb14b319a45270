-- SPDX-License-Identifier: Apache-2.0
-- Which grants a phone has slots for: the one of its invitation, and those that it was given later.
CREATE TABLE phone_grants (
  workspace     BLOB NOT NULL,
  phone         BLOB NOT NULL,
  access_grant  BLOB NOT NULL,
  PRIMARY KEY (workspace, phone, access_grant),
  FOREIGN KEY (workspace, phone) REFERENCES phones (workspace, phone),
  FOREIGN KEY (workspace, access_grant) REFERENCES access_grants (workspace, access_grant)
) WITHOUT ROWID;
INSERT INTO phone_grants (workspace, phone, access_grant) SELECT workspace, phone, access_grant FROM phones;
