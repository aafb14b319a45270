-- SPDX-License-Identifier: Apache-2.0
-- A PIN that its grant's person types when somebody forces them to (spec/pin.md P16): known here, and nowhere else.
ALTER TABLE credentials ADD COLUMN duress INTEGER NOT NULL DEFAULT 0;
