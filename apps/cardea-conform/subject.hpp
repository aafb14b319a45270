// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock under test as its platform meets it: what the kit knows of it, and one connection at a time.

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "apps/cardea-conform/bearer.hpp"
#include "apps/cardea-conform/hands.hpp"
#include "core/link/testing/ends.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/testing/platform/sim_platform.hpp"

namespace cardea::conform {

/// A lock that does not do what a rule says.
class Failed : public std::runtime_error {
 public:
  Failed(std::string rule, const std::string& expected, std::string came)
      : std::runtime_error(expected), rule_(std::move(rule)), came_(std::move(came)) {}
  [[nodiscard]] const std::string& rule() const { return rule_; }
  [[nodiscard]] const std::string& came() const { return came_; }

 private:
  std::string rule_;
  std::string came_;
};
/// A message of the lock's that is not the next one: it numbers wrongly, or the line has lost one.
class Gap : public Failed {
 public:
  using Failed::Failed;
};
/// A case that cannot be tried here.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long the kit waits for the lock.
struct Patience {
  Milliseconds answer{30'000};   ///< for what the lock is to do
  Milliseconds silence{1'500};   ///< for what it is not to do, where nothing that it does comes behind that
  Milliseconds connect{40'000};  ///< for a connection
};

class Subject {
 public:
  Subject(Bearer& bearer, Hands& hands, const activation::Label& label, link::LockClass lock_class, const Patience& patience);

  /// What the kit says is the time: that of this machine, and what was advanced.
  [[nodiscard]] UnixSeconds now() const;
  /// Skipped when nobody can.
  void advance(std::uint64_t seconds);
  void restart();
  /// The power is to go in the middle of that flash operation. Skipped when nobody can make it.
  void cut_at(std::uint32_t operation);
  /// The first of these places, as many as are to be cut.
  [[nodiscard]] std::span<const std::uint32_t> cuts_of(std::span<const std::uint32_t> places) const {
    return places.first(std::min<std::size_t>(places.size(), cuts_max));
  }

  /// A new connection and the first message in it. Failed when there is none.
  Message connect(const char* rule);
  /// Hears M1, and plays the handshake to its end. Failed when the lock does not.
  void greet(const char* rule);
  /// In the session: the newest place of the chain that both know.
  void take_proof(ByteSpan m3, const char* rule);
  template <class Said>
  void say(const Said& message) {
    bearer.send(end->seal(message));
  }
  /// The next message of this type, with what comes before it taken: records are checked and kept, and a status remembered.
  /// Nothing when none comes.
  std::optional<Message> hear(link::MessageType type, Milliseconds patience);
  Message must_hear(link::MessageType type, const char* rule, const char* what);
  /// True when the lock ends the connection, and says nothing of `type` before.
  bool ends_without(link::MessageType type);
  /// Takes everything that the lock says on its own and in answer to what was said. Asks it something of which it knows the
  /// answer by its number, and that it answers last (update.md I2); a lock that does not answer is waited for until it is
  /// quiet.
  void settle();
  /// The same; true when a message of `type` was among it.
  bool settle_and_hear(link::MessageType type);
  /// A fresh connection and what the lock says of itself in it.
  link::LockStatus fresh_status(const char* rule);
  /// The desired state of the platform, applied. Failed when it is not.
  void apply(const char* rule);

  Bearer& bearer;
  Hands& hands;
  Patience patience;
  OpensslProvider provider{512};
  testing::SimPlatform platform;
  std::optional<link::PlatformEnd> end;
  std::optional<link::LockStatus> status;  ///< the newest that came
  std::optional<Message> time_asked;       ///< in this connection
  P256Point identity{};                    ///< I_L of the ask that was answered
  std::uint64_t next_command = 1;
  std::uint32_t cuts_max = 16;  ///< of one thing that it does

 private:
  bool accept();
  std::optional<Message> hear_any(Milliseconds patience);
  void take(const Message& message);
  void take_records(const Message& message);

  std::uint64_t advanced_s_ = 0;
  std::uint64_t settled_count_ = 0;
};

}  // namespace cardea::conform
