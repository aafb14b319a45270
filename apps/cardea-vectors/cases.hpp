// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs the cases of a file of vectors and says which differ.

#include <iosfwd>
#include <string>

#include "apps/vectors/vector_file.hpp"

namespace cardea::vectors {

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

/// Collects what differs within one case: "code: expected 025199, got 025198".
class Differences {
 public:
  void compare(std::string_view what, const std::string& expected, const std::string& got) {
    if (expected != got) note(std::string(what) + ": expected " + expected + ", got " + got);
  }
  void compare(std::string_view what, std::uint64_t expected, std::uint64_t got) {
    compare(what, std::to_string(expected), std::to_string(got));
  }
  void note(const std::string& text) { text_ += (text_.empty() ? "" : "; ") + text; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// One function a section: what differs, or nothing.
std::string differences_of(const KeyCase& test);
std::string differences_of(const OtpCase& test);
std::string differences_of(const Ff1Case& test);
std::string differences_of(const OfflineCase& test);
std::string differences_of(const OfflineInvalidCase& test);
std::string differences_of(const WindowCase& test);
std::string differences_of(const BoundCase& test);
/// On a lock as it is shipped, on simulated flash and clock.
std::string differences_of(const Scenario& test);

/// Runs every case and prints a line for each that differs: "otp[3]: code: expected …, got …". A case is one element of each
/// array of the file.
Tally run_cases(const VectorFile& file, std::ostream& out);

}  // namespace cardea::vectors
