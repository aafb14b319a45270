-- SPDX-License-Identifier: Apache-2.0
-- What webhooks were sent lately, for whoever looks why nothing arrives: the newest of each, and no body. The log of events stays the queue.
CREATE TABLE webhook_deliveries (
  workspace       BLOB NOT NULL,
  webhook         BLOB NOT NULL,
  number          INTEGER NOT NULL, -- counts from 1 in each webhook
  first_position  INTEGER NOT NULL, -- of its events
  last_position   INTEGER NOT NULL,
  event_count     INTEGER NOT NULL,
  types           TEXT NOT NULL,    -- of its events, each once, separated by blanks
  attempts        INTEGER NOT NULL,
  began_at        INTEGER NOT NULL, -- the first attempt
  tried_at        INTEGER NOT NULL, -- the last one
  status          INTEGER,          -- of the last answer; NULL: there was none
  failure         TEXT,             -- of the last attempt; NULL: the endpoint took it
  PRIMARY KEY (workspace, webhook, number),
  FOREIGN KEY (workspace, webhook) REFERENCES webhooks (workspace, webhook)
) WITHOUT ROWID;
