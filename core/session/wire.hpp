// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sizes and first bytes of a session's messages (spec/session.md §1).

#include <cstdint>

#include "core/crypto/provider.hpp"

namespace cardea::session {

inline constexpr std::size_t nonce_size_bytes = 16;
inline constexpr std::size_t mac_size_bytes = 16;
inline constexpr std::size_t id_size_bytes = 16;
inline constexpr std::size_t m1_size_bytes = 22;
inline constexpr std::size_t m2_size_bytes = 33;
inline constexpr std::size_t m3_size_bytes = 17;
using Nonce = Bytes<nonce_size_bytes>;
using Mac = Bytes<mac_size_bytes>;
using Id = Bytes<id_size_bytes>;
using M1 = Bytes<m1_size_bytes>;
using M2 = Bytes<m2_size_bytes>;
using M3 = Bytes<m3_size_bytes>;

inline constexpr std::uint8_t m1_type = 0x81;
inline constexpr std::uint8_t m2_type = 0x82;
inline constexpr std::uint8_t m3_type = 0x83;
inline constexpr std::uint8_t record_type = 0xC0;  // and the epoch in the lower four bits

inline constexpr std::size_t record_head_size_bytes = 4;
inline constexpr std::size_t record_overhead_bytes = record_head_size_bytes + ccm_tag_size_bytes;
inline constexpr std::size_t record_size_bytes_max = 8'192;
inline constexpr std::size_t record_plain_size_bytes_max = record_size_bytes_max - record_overhead_bytes;

/// SE3: a handshake that is not done by then is forgotten.
inline constexpr std::uint32_t handshake_s_max = 120;
/// What a peer without a session may make the receiver hold.
inline constexpr std::size_t handshake_size_bytes_max = 512;
inline constexpr std::size_t message_size_bytes_max = record_size_bytes_max;

}  // namespace cardea::session
