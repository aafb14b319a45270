// SPDX-License-Identifier: Apache-2.0
#pragma once
// What both modules have: one buffer through which bytes come and go, and the host's noise. Their exports take and return
// 32-bit numbers; a status is core/base/result.hpp's number, 0 for done.

#include "core/base/bytes.hpp"
#include "drivers/crypto/noise.hpp"
#include "lock/port/wasm/board.hpp"

#define CARDEA_EXPORT(name) extern "C" [[clang::export_name(#name)]]

namespace cardea::wasm {

inline constexpr std::size_t buffer_size_bytes = 16'384;
inline Bytes<buffer_size_bytes> buffer{};

class HostNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override {
    return board_noise(out.data(), static_cast<std::uint32_t>(out.size())) == 0 ? Status::kOk : Status::kCryptoFailed;
  }
};

constexpr std::uint32_t number_of(Status status) { return static_cast<std::uint32_t>(status); }

/// Made where it is first asked for, and never torn down: nothing of a heap is linked.
template <class T>
T& only() {
  alignas(T) static std::uint8_t memory[sizeof(T)];
  static T* made = nullptr;
  if (made == nullptr) made = ::new (memory) T;
  return *made;
}

}  // namespace cardea::wasm
