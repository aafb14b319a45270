-- SPDX-License-Identifier: Apache-2.0
-- Credentials are listed across grants, the newest first: all of a person, a door, a lock or a workspace, and apart from them those that have not ended.
CREATE INDEX credentials_of_person ON credentials (workspace, person, credential) WHERE person IS NOT NULL;
CREATE INDEX credentials_of_door ON credentials (workspace, door, credential);
CREATE INDEX credentials_of_lock ON credentials (workspace, lock, credential);
CREATE INDEX credentials_not_ended ON credentials (workspace, credential) WHERE ended_at IS NULL;
