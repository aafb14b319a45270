-- SPDX-License-Identifier: Apache-2.0
-- How many types of alerts the workspace has had a rule for: what a new version of the platform can tell of gets its rule when it
-- starts, and a rule that was deleted does not come back.
ALTER TABLE workspaces ADD COLUMN alert_types INTEGER NOT NULL DEFAULT 18;
