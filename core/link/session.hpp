// SPDX-License-Identifier: Apache-2.0
#pragma once
// The protected session between a lock and its platform: three-pass handshake, then counted frames. Bytes: spec/link.md §2.
// The same code on both sides. A session and its handshakes use the provider they were made with and must not outlive it.

#include <optional>

#include "core/base/lock_id.hpp"
#include "core/crypto/provider.hpp"

namespace cardea::link {

inline constexpr std::size_t frame_size_bytes_max = 8'192;
inline constexpr std::size_t frame_head_bytes = 1 + 4;
inline constexpr std::size_t frame_overhead_bytes = frame_head_bytes + ccm_tag_size_bytes;
inline constexpr std::size_t message_size_bytes_max = frame_size_bytes_max - frame_overhead_bytes;
inline constexpr std::size_t m1_size_bytes = 34;
inline constexpr std::size_t m2_size_bytes = 33;
inline constexpr std::size_t m3_size_bytes = 17;
inline constexpr std::size_t nonce_size_bytes = 16;
inline constexpr std::size_t mac_size_bytes = 16;
using Nonce = Bytes<nonce_size_bytes>;
using Mac = Bytes<mac_size_bytes>;

enum class Side : std::uint8_t { kLock, kPlatform };

/// K_session of a protected lock, from its K_lock (link.md §2). The caller releases it.
Result<KeyHandle> derive_session_key(Provider& provider, KeyHandle k_lock, const LockId& lock);
/// K_auth. The caller releases it.
Result<KeyHandle> derive_auth_key(Provider& provider, KeyHandle k_session, const LockId& lock);

/// Seals and opens frames after a handshake. Any failure ends the session: every later call says kNotReady.
class Session {
 public:
  /// Takes both keys over and releases them at its end.
  Session(Provider& provider, KeyHandle up, KeyHandle down, Side side);

  /// Writes the next frame; `frame` has room for message.size() + frame_overhead_bytes, and `message` may
  /// stand in it from frame_head_bytes on. Returns the frame's size.
  Result<std::size_t> seal(ByteSpan message, MutableByteSpan frame);
  /// Reads the next frame; `message` has room for frame.size() - frame_overhead_bytes. Returns the message's size.
  /// kTooShort, kMalformed (not a frame), kStale (not the next counter), kForged.
  Result<std::size_t> open(ByteSpan frame, MutableByteSpan message);

 private:
  Provider* provider_;
  ScopedKey out_;
  ScopedKey in_;
  std::uint32_t out_count_ = 0;
  std::uint32_t in_count_ = 0;
  bool over_ = false;
};

/// The lock's half: start() gives M1, finish() takes M2 and gives M3.
class LockHandshake {
 public:
  /// `k_session` stays the caller's and must live until finish().
  LockHandshake(Provider& provider, KeyHandle k_session, const LockId& lock)
      : provider_(&provider), k_session_(k_session), lock_(lock) {}

  Result<Bytes<m1_size_bytes>> start();
  /// kForged when the platform does not know the key. `m3` is valid only with a session.
  Result<Session> finish(ByteSpan m2, Bytes<m3_size_bytes>& m3);

 private:
  Provider* provider_;
  KeyHandle k_session_;
  LockId lock_;
  std::optional<Nonce> own_;
};

/// M1 as the platform reads it, to find the lock's key.
struct Hello {
  LockId lock;
  Nonce nonce;
};
Result<Hello> decode_hello(ByteSpan m1);

/// The platform's half: answer() gives M2, finish() takes M3.
class PlatformHandshake {
 public:
  PlatformHandshake(Provider& provider, KeyHandle k_session, const Hello& hello)
      : provider_(&provider), k_session_(k_session), hello_(hello) {}

  Result<Bytes<m2_size_bytes>> answer();
  Result<Session> finish(ByteSpan m3);

 private:
  Provider* provider_;
  KeyHandle k_session_;
  Hello hello_;
  std::optional<Nonce> own_;
};

/// An M2 for a lock that nobody knows: random, so that it tells nothing (link.md L2).
Result<Bytes<m2_size_bytes>> answer_to_a_stranger(Provider& provider);

}  // namespace cardea::link
