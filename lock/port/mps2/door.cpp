// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/door.hpp"

#include "core/base/text.hpp"

namespace cardea::mps2 {

Status PanelMotor::open_for(std::uint32_t open_ms) {
  Bytes<24> line{};
  TextWriter text(line);
  text.put("! open ");
  text.put_number(open_ms);
  text.put("\n");
  panel_->write(text.written());
  rests_from_ = {Tick::now().value + open_ms};
  return Status::kOk;
}

}  // namespace cardea::mps2
