// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-vectors/families.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "apps/cardea-vectors/cases.hpp"
#include "core/base/testing/vectors.hpp"

namespace cardea::vectors {
namespace {

using Names = std::string_view[];

constexpr Names activation_files{"activation_v2.json"};
constexpr Names activation_tests{"ActivationVectors.*"};
constexpr Names codes_files{"codes_v1.json"};
constexpr Names edhoc_files{"edhoc_rfc9529.json", "edhoc_v1.json"};
constexpr Names edhoc_tests{"Edhoc.SaysAndDerivesWhatRfc9529Prints", "Edhoc.AnswersAnotherSuiteWithItsOwnAndNeverSpeaksIt",
                            "Edhoc.RefusesEveryInvalidTraceOfRfc9529",
                            "Edhoc.HandshakesOfEveryFormAreThoseOfTheSecondImplementation"};
constexpr Names factory_files{"factory_v1.json"};
constexpr Names factory_tests{"BatchTest.IsJudgedAsInTheVectors"};
constexpr Names grant_files{"grant_v1.json"};
constexpr Names grant_tests{"Grant.RefusesWhatIsNoGrantAndEveryTruncation",
                            "Grant.IsThatOfTheSecondImplementation",
                            "DenialList.IsRefusedUnlessItsSignerSignedItForThisLock",
                            "DenialList.IsThatOfTheSecondImplementation",
                            "Visitor.SaysWhatTheSecondImplementationSays",
                            "LockCredential.IsThatOfTheSecondImplementation"};
constexpr Names phone_files{"phone_v1.json"};
constexpr Names phone_tests{
    "PhoneKeys.AreThoseOfTheVectorsOnBothSides", "PhoneOrders.HaveTheMacsOfTheVectorsAndAnyOtherByteMakesAnother",
    "PhoneSchedule.ReadsAndWritesTheBytesOfTheVectors", "PhoneLeases.AreAskedForAndReadAndWrittenAsInTheVectors",
    "PhoneSchedule.ShowsACodeOnlyWithTheKeyOfTheHourAndWithinItsWindow"};
constexpr Names pin_files{"pin_v1.json"};
constexpr Names pin_tests{"Pin.HasTheDigestsOfTheVectors", "Pin.IsWeakWhereTheVectorsSaySo",
                          "Pin.IsWeakAsOftenAsTheVectorsCount", "Pin.HoldsTheNumberOfItsDoorWhereTheVectorsSaySo"};
constexpr Names provider_files{"provider_v1.json", "provider_gm_v1.json"};
constexpr Names provider_tests{"Openssl/ProviderContract.*", "Gm/ProviderContract.*"};
constexpr Names schedule_files{"schedule_v1.json"};
constexpr Names schedule_tests{"ScheduleSet.RefusesWhatIsNotASetAndKeepsWhatItHad",
                               "ScheduleSet.RefusesEveryTruncationAndAnyByteMore",
                               "ScheduleSet.IsOpenClosedOrUnknownAsTheVectorsSay", "ScheduleEncode.WritesTheOneFormThatIsRead"};
constexpr Names session_files{"session_v1.json"};
constexpr Names session_tests{"SessionVectors.*"};
constexpr Names update_files{"update_v1.json"};
constexpr Names update_tests{"ImageTest.IsJudgedAsInTheVectors"};

constexpr VectorFamily all[] = {
    {"activation", "activation.md: asks, answers and proofs", activation_files, activation_tests},
    {"codes", "codes.md: keys, codes, bounds, and its scenarios on the lock as it is shipped", codes_files, {}},
    {"edhoc", "session.md §7: EDHOC, of RFC 9529 and of every form here", edhoc_files, edhoc_tests},
    {"factory", "factory.md: a maker's batches", factory_files, factory_tests},
    {"grant", "grant.md: virtual keys, denial lists, a visit", grant_files, grant_tests},
    {"phone", "phone.md: keys, orders, schedules, leases", phone_files, phone_tests},
    {"pin", "pin.md: digests, and what is weak", pin_files, pin_tests},
    {"provider", "what the providers of cryptography compute, OpenSSL's and SM's", provider_files, provider_tests},
    {"schedule", "schedule.md: sets of schedules", schedule_files, schedule_tests},
    {"session", "session.md: handshakes, records, windows, fragments", session_files, session_tests},
    {"update", "update.md: images and their signatures", update_files, update_tests},
};

bool is_named(std::string_view pattern, std::string_view test) {
  return pattern.ends_with('*') ? test.starts_with(pattern.substr(0, pattern.size() - 1)) : test == pattern;
}

std::string full_name(const testing::TestInfo& test) { return std::string(test.test_suite_name()) + "." + test.name(); }

/// "factory_test.cpp:12: …", without what is about GoogleTest itself.
std::string text_of(const testing::TestPartResult& part) {
  const std::string_view path = part.file_name() == nullptr ? "" : part.file_name();
  std::string text(path.substr(path.rfind('/') + 1));
  if (part.line_number() > 0) text += ":" + std::to_string(part.line_number());
  return text + ": " + part.message();
}

/// Counts what becomes of each test for the family that has it.
class Counting final : public testing::EmptyTestEventListener {
 public:
  explicit Counting(std::vector<FamilyResult>& results) : results_(results) {}
  void OnTestEnd(const testing::TestInfo& test) override {
    const std::string name = full_name(test);
    for (FamilyResult& result : results_)
      if (std::ranges::any_of(result.family->tests, [&](std::string_view pattern) { return is_named(pattern, name); }))
        count(result, name, *test.result());
  }

 private:
  static void count(FamilyResult& result, const std::string& name, const testing::TestResult& came) {
    ++(came.Failed() ? result.failed : result.passed);
    for (int i = 0; i < came.total_part_count(); ++i)
      if (came.GetTestPartResult(i).failed()) result.differences.push_back(name + ": " + text_of(came.GetTestPartResult(i)));
  }
  std::vector<FamilyResult>& results_;
};

/// A test that is not there, or was renamed, would pass in silence.
void miss_none(FamilyResult& result) {
  const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
  for (const std::string_view pattern : result.family->tests) {
    bool found = false;
    for (int i = 0; i < unit.total_test_suite_count(); ++i)
      for (int j = 0; j < unit.GetTestSuite(i)->total_test_count(); ++j)
        found = found || is_named(pattern, full_name(*unit.GetTestSuite(i)->GetTestInfo(j)));
    if (found) continue;
    ++result.failed;
    result.differences.push_back(std::string(pattern) + ": this program was built without this check");
  }
}

void run_codes(FamilyResult& result, const std::string& folder) {
  const auto file = read_vectors(folder + std::string(codes_files[0]));
  if (!file.ok()) {
    ++result.failed;
    result.differences.push_back(file.error().message);
    return;
  }
  std::ostringstream lines;
  const Tally tally = run_cases(*file, lines);
  result.passed += tally.passed;
  result.failed += tally.failed;
  std::istringstream said(lines.str());
  for (std::string line; std::getline(said, line);) result.differences.push_back(line);
}

void run_tests(std::vector<FamilyResult>& results) {
  std::string filter;
  for (const FamilyResult& result : results)
    for (const std::string_view pattern : result.family->tests) filter += std::string(pattern) + ":";
  if (filter.empty()) return;
  int argc = 1;
  std::string program = "cardea-vectors";
  char* argv[] = {program.data(), nullptr};
  testing::InitGoogleTest(&argc, argv);
  testing::GTEST_FLAG(filter) = filter;
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new Counting(results));  // the list owns it
  const int failed = RUN_ALL_TESTS();
  for (FamilyResult& result : results) miss_none(result);
  const bool counted = std::ranges::any_of(results, [](const FamilyResult& result) { return result.failed != 0; });
  if (failed != 0 && !counted) throw std::logic_error("a check failed that no family has");
}

}  // namespace

std::span<const VectorFamily> families() { return all; }

const VectorFamily* find_family(std::string_view name) {
  const auto* found = std::ranges::find(all, name, &VectorFamily::name);
  return found == std::end(all) ? nullptr : found;
}

std::vector<FamilyResult> run_families(std::span<const VectorFamily* const> wanted, const std::string& folder) {
  std::vector<FamilyResult> results;
  for (const VectorFamily* family : wanted) results.push_back({family, 0, 0, {}});
  vector_folder() = folder;
  for (FamilyResult& result : results)
    if (result.family->tests.empty()) run_codes(result, folder);
  run_tests(results);
  return results;
}

}  // namespace cardea::vectors
