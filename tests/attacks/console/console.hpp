// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform as somebody with nothing but HTTP and a mailbox meets it. The shipped one implements it, and so does a twin with
// one flaw, or none.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cardea::attacks {

struct ConsoleAnswer {
  int status = 0;
  std::string body;
};

class Console {
 public:
  virtual ~Console() = default;
  /// `token`: an API key, a session, or "".
  virtual ConsoleAnswer send(std::string_view method, const std::string& path, const std::string& body,
                             const std::string& token) = 0;
  /// API keys with every permission, of two workspaces.
  [[nodiscard]] virtual std::string victims_key() const = 0;
  [[nodiscard]] virtual std::string attackers_key() const = 0;
  /// The newest mail to an address.
  virtual std::string newest_mail(const std::string& address) = 0;
  /// Time passes, and what time brings about is done.
  virtual void advance(std::uint64_t seconds) = 0;
  /// Somebody of the victim's workspace who may issue credentials asks for this PIN at one door, for a person of this name.
  /// Door and persons are there when they are first named.
  virtual ConsoleAnswer choose_pin(const std::string& person, const std::string& pin) = 0;
  /// Somebody who has this account at the OpenID Connect provider, with this address in their profile, signs in there and then
  /// here. The victim's workspace links by addresses that the provider has verified.
  virtual ConsoleAnswer come_from_provider(const std::string& account, const std::string& email, bool verified) = 0;
  /// "GET /v1/sites/{site_id}".
  [[nodiscard]] virtual std::vector<std::string> routes() const = 0;
};

/// The historic flaws, one for each attack.
enum class ConsoleFlaw : std::uint8_t {
  kNone,
  kIdsOfAnybody,         ///< F01: an id is looked up in all workspaces
  kScopeInListsOnly,     ///< F01a: what lies outside is left out of lists, and served to who names it
  kBindsEveryField,      ///< F03: what a body has goes into the row
  kMailIsEnough,         ///< F09: the link of a recovery opens the account at once
  kAddressIsIdentity,    ///< F09d: who has the address at the provider is its operator
  kSilentInsiders,       ///< F08: nobody hears of what an operator does for themself, or to the alarms
  kNamesOfEverybody,     ///< F07: whether a name is taken is looked up in an index of all workspaces
  kAsksAShell,           ///< F10: a name goes through a shell on its way to a log
  kDecidesFromACopy,     ///< F11: who may do what is looked up in a copy that lags behind
  kSkipsUnknownAccount,  ///< F12: no password is hashed for an account that does not exist
  kDefaultAdmin,         ///< F14: an account with a known password is there from the start
  kPinsTriedFreely,      ///< B21: any number of PINs may be tried out
};

std::unique_ptr<Console> make_shipped_console();
std::unique_ptr<Console> make_twin_console(ConsoleFlaw flaw);

}  // namespace cardea::attacks
