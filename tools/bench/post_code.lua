-- SPDX-License-Identifier: Apache-2.0
-- wrk: POSTs of offline codes. Each asks for an hour of its own, so that a code is free for it, with an hour in between: the
-- platform looks at the codes of the hours beside it, and what it finds must not depend on what else was played.
-- Words: the door, the instant at which the first hour begins, and how many hours earlier rounds have used.

dofile("get.lua")

local door, first, hour
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function init(words)
  door, first, hour = words[1], tonumber(words[2]), tonumber(words[3])
end

local function instant(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)
end

function request()
  local from = first + hour * 2 * 3600
  hour = hour + 1
  return wrk.format(nil, nil, nil, string.format('{"kind":"offline","door_id":"%s","family":"timed","from":"%s","to":"%s"}', door,
    instant(from), instant(from + 3600)))
end
