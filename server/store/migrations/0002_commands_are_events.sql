-- SPDX-License-Identifier: Apache-2.0
-- Who asked for a momentary command is an event, `command.asked`, committed before it leaves; nothing ever wrote this table.
DROP TABLE commands;
