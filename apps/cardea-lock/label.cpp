// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/label.hpp"

#include <qrcodegen/qrcodegen.hpp>

namespace cardea::lock_process {

std::string qr_code(const std::string& text) {
  constexpr int quiet_zone = 2;
  const auto code = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
  const int end = code.getSize() + quiet_zone;
  const auto light = [&](int x, int y) { return y < end && !code.getModule(x, y); };  // outside of the code: light
  std::string lines;
  for (int y = -quiet_zone; y < end; y += 2) {
    for (int x = -quiet_zone; x < end; ++x) {
      const bool upper = light(x, y);
      const bool lower = light(x, y + 1);
      lines += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace cardea::lock_process
