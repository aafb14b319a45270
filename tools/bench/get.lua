-- SPDX-License-Identifier: Apache-2.0
-- wrk: the same GET again and again; the last line of its output is JSON.

function done(summary)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"answers": %d, "seconds": %.6f, "failures": %d}\n', summary.requests,
    summary.duration / 1e6, failures))
end
