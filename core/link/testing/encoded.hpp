// SPDX-License-Identifier: Apache-2.0
#pragma once
// What software that plays a lock needs beside core/link: a status that is not kOk throws, and a message as its bytes.

#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/link/messages.hpp"

namespace cardea::link {

inline void require(Status status, const char* what) {
  if (status != Status::kOk) throw std::runtime_error(std::string(what) + ": " + name_of(status));
}

template <class T>
T require(Result<T> result, const char* what) {
  require(result.status(), what);
  return *std::move(result);
}

template <class Message>
std::vector<std::uint8_t> encoded(const Message& message) {
  std::vector<std::uint8_t> out(message_size_bytes_max);
  ByteWriter writer(out);
  encode(message, writer);
  require(writer.status(), "a message");
  out.resize(writer.size());
  return out;
}

inline std::string text_of(ByteSpan bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace cardea::link
