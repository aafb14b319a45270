// SPDX-License-Identifier: Apache-2.0
#pragma once
// What goes out to addresses that customers choose, as an attacker meets it: who chooses one, and who stands on the wire to it.

#include <cstdint>
#include <memory>
#include <string>

namespace cardea::attacks {

struct Delivery {
  std::string id;
  std::uint64_t timestamp = 0;
  std::string body;
  std::string signatures;
};

class Outbound {
 public:
  virtual ~Outbound() = default;
  /// Whether the platform takes this URL for a webhook.
  virtual bool takes_url(const std::string& url) = 0;
  /// Tries to deliver there, taken or not: a name that was good when it was looked at may lead elsewhere now.
  /// `front_is_public`: the address itself counts as one on the Internet, what it points to does not.
  virtual void deliver(const std::string& url, bool front_is_public) = 0;
  /// A delivery as the platform makes it, under a secret that the attacker does not know.
  virtual Delivery signed_delivery(const std::string& id, const std::string& body, std::uint64_t now) = 0;
  /// What an integrator's receiver makes of one, with all that it remembers.
  virtual bool receiver_takes(const Delivery& delivery, std::uint64_t now) = 0;
};

/// The historic flaws, one for each attack.
enum class OutboundFlaw : std::uint8_t {
  kNone,
  kLooksAtTheText,   ///< F05: refuses some spellings of internal addresses, and goes wherever a name or an answer leads
  kSignsTheBodyOnly  ///< F06: when and under which id is anybody's word
};

std::unique_ptr<Outbound> make_shipped_outbound();
std::unique_ptr<Outbound> make_twin_outbound(OutboundFlaw flaw);

}  // namespace cardea::attacks
