// SPDX-License-Identifier: Apache-2.0
#include "server/auth/passwords.hpp"

#include <gtest/gtest.h>

namespace cardea::server {
namespace {

class PasswordsTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    spawn([](Task<T> inner, std::optional<T>& result, Loop& on) -> Task<void> {
      result.emplace(co_await std::move(inner));
      on.post([&on] { on.stop(); });
    }(std::move(task), out, loop_));
    loop_.run();
    return *std::move(out);
  }
  Loop loop_;
  Passwords passwords_{loop_, 1, 8};
};

TEST(PasswordPolicy, RefusesWhatIsGuessedFirst) {
  for (const char* bad : {"", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "ada@example.org", "my Ada@Example.ORG!",
                          "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"})
    EXPECT_FALSE(check_password(bad, "ada@example.org", "/password").ok()) << bad;
  EXPECT_FALSE(check_password("lovelace1815", "lovelace@example.org", "/password").ok());
  EXPECT_FALSE(check_password(std::string(513, 'a') + "b", "ada@example.org", "/password").ok());
  EXPECT_TRUE(check_password("twelve chars", "ada@example.org", "/password").ok());
  EXPECT_TRUE(check_password(std::string(511, 'a') + "b", "ada@example.org", "/password").ok());
}

TEST_F(PasswordsTest, RefusesAnotherPasswordAndNobodysAccount) {
  const std::string encoded = run(passwords_.hash("correct horse battery")).value();
  EXPECT_FALSE(run(passwords_.verify("correct horse batterz", encoded)).value());
  EXPECT_FALSE(run(passwords_.verify("correct horse battery ", encoded)).value());
  EXPECT_FALSE(run(passwords_.verify("", encoded)).value());
  EXPECT_FALSE(run(passwords_.verify("correct horse battery", "")).value());
  EXPECT_FALSE(run(passwords_.verify("", "")).value());
  EXPECT_TRUE(run(passwords_.verify("correct horse battery", encoded)).value());
}

TEST_F(PasswordsTest, ComparesEveryByteOfALongPasswordAndNulls) {
  const std::string lengthy(password_bytes_max, 'x');
  const std::string encoded = run(passwords_.hash(lengthy)).value();
  EXPECT_FALSE(run(passwords_.verify(lengthy.substr(1) + "y", encoded)).value());
  const std::string null_inside("before\0after-the-null", 21);
  EXPECT_FALSE(run(passwords_.verify("before", run(passwords_.hash(null_inside)).value())).value());
}

TEST_F(PasswordsTest, HashesWithArgon2idItsParametersAndASaltOfItsOwn) {
  const std::string first = run(passwords_.hash("correct horse battery")).value();
  EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << first;
  EXPECT_NE(first, run(passwords_.hash("correct horse battery")).value());
}

}  // namespace
}  // namespace cardea::server
