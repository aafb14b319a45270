// SPDX-License-Identifier: Apache-2.0
#pragma once
// What can be done at a simulated lock, as requests in JSON: carried out by the running lock, asked over its socket, or by this
// process when none runs.
//
//   {"do":"type","code":"12345678"}  press  advance {"seconds":n}  status  audit  label  wait  power_off
//   file_ask  file_answer {"file":hex}  file_out  file_in {"file":hex}      each also takes "cut_at": n

#include <boost/json.hpp>

#include "apps/cardea-lock/machine.hpp"
#include "apps/cardea-lock/stop.hpp"

namespace cardea::lock_process {

/// What came of a request: an exit status, an answer, or what is wrong.
struct Reply {
  Exit status = Exit::kDone;
  boost::json::value answer;
  std::string error;
};

boost::json::object json_of(const Reply& reply);
Reply reply_of(const boost::json::object& object);

/// Carries a request out; never throws for what is in it.
Reply carry_out(Machine& machine, const boost::json::object& request);

}  // namespace cardea::lock_process
