// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the page behind an invitation's link says, in each language that it is written in. {} stands for what its comment names.

#include <string_view>

#include "server/domain/language.hpp"

namespace cardea::server::api {

struct InvitationWords {
  // The page as everybody sees it.
  std::string_view title, what, how, care;
  // Step one: whose link it is.
  std::string_view pin_title, pin_what;
  std::string_view link_label, link_hint, link_button;
  // Step two: a PIN for each door.
  std::string_view doors_title;  ///< the workspace
  std::string_view pin_label;    ///< the door
  std::string_view pin_hint;     ///< how many digits
  std::string_view choose, make;
  std::string_view has_pin, no_doors;
  // What came of it.
  std::string_view chosen;  ///< the door
  std::string_view made;    ///< the door; the PIN follows
  std::string_view soon;
  // What is wrong.
  std::string_view error_title;
  std::string_view no_invitation, wrong_digits /* how many */, weak, taken, choices_spent, exists, too_many_tries, not_now;
};

const InvitationWords& invitation_words(Language language);

}  // namespace cardea::server::api
