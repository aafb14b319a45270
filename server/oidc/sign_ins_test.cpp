// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/sign_ins.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cardea::server::oidc {
namespace {

constexpr UnixSeconds at{1'800'000'000};

class SignInsOfOidc : public ::testing::Test {
 protected:
  std::string begin(const std::string& whose = "") {
    SignIn sign_in{make_journey("https://console.example/sign-in/oidc"), whose};
    state_ = sign_in.journey.state;
    return sign_ins_.add(std::move(sign_in), at).handle;
  }
  SignIns sign_ins_;
  std::string state_;
};

TEST_F(SignInsOfOidc, RefuseAnotherStateHandleAndOwner) {
  EXPECT_FALSE(sign_ins_.take(begin(), "", "", at));
  EXPECT_FALSE(sign_ins_.take(begin(), "another", "", at));
  begin();
  EXPECT_FALSE(sign_ins_.take("", state_, "", at));
  EXPECT_FALSE(sign_ins_.take(std::string(handle_prefix) + std::string(64, '0'), state_, "", at));
  const std::string ada = begin("operator_ada");
  EXPECT_FALSE(sign_ins_.take(ada, state_, "", at));
  const std::string again = begin("operator_ada");
  EXPECT_FALSE(sign_ins_.take(again, state_, "operator_eve", at));
  const std::string anybody = begin();
  EXPECT_FALSE(sign_ins_.take(anybody, state_, "operator_eve", at));
}

TEST_F(SignInsOfOidc, AreUsedUpByAWrongStateToo) {
  const std::string handle = begin();
  EXPECT_FALSE(sign_ins_.take(handle, "another", "", at));
  EXPECT_FALSE(sign_ins_.take(handle, state_, "", at));
}

TEST_F(SignInsOfOidc, AreGoodOnceAndForTenMinutes) {
  const std::string late = begin();
  EXPECT_FALSE(sign_ins_.take(late, state_, "", UnixSeconds{at.value + sign_in_s}));
  const std::string handle = begin();
  ASSERT_TRUE(sign_ins_.take(handle, state_, "", UnixSeconds{at.value + sign_in_s - 1}));
  EXPECT_FALSE(sign_ins_.take(handle, state_, "", at));
}

TEST_F(SignInsOfOidc, KeepTheirEndWhenTheyArePutBack) {
  const std::string handle = begin();
  auto taken = sign_ins_.take(handle, state_, "", at);
  ASSERT_TRUE(taken);
  taken->identity = Identity{"https://id.example", "ada-1", std::nullopt, false};
  sign_ins_.put_back(handle, *taken);
  EXPECT_FALSE(sign_ins_.take(handle, "another", "", at));
  sign_ins_.put_back(handle, *taken);
  EXPECT_FALSE(sign_ins_.take(handle, state_, "", UnixSeconds{at.value + sign_in_s}));
  sign_ins_.put_back(handle, *taken);
  const auto again = sign_ins_.take(handle, state_, "", at);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->identity->subject, "ada-1");
}

TEST_F(SignInsOfOidc, AreBoundedAndTheOldestGoesFirst) {
  const std::string oldest = begin();
  const std::string state = state_;
  const std::string second = begin();
  for (std::size_t i = 2; i <= SignIns::count_max; ++i) begin();
  EXPECT_FALSE(sign_ins_.take(oldest, state, "", at));
  EXPECT_FALSE(sign_ins_.take(second, "another", "", at));
}

TEST_F(SignInsOfOidc, ShareNothingThatIsRandom) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Journey journey = make_journey("https://console.example/sign-in/oidc");
    for (const std::string& text : {journey.state, journey.nonce, journey.verifier}) {
      EXPECT_EQ(text.size(), 43u);
      EXPECT_TRUE(seen.insert(text).second);
    }
  }
}

}  // namespace
}  // namespace cardea::server::oidc
