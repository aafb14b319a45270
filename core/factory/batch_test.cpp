// SPDX-License-Identifier: Apache-2.0
#include "core/factory/batch.hpp"

#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::factory {
namespace {

using Buffer = std::vector<std::uint8_t>;

class BatchTest : public ::testing::Test {
 protected:
  static Entry entry(std::uint8_t number) {
    Entry entry;
    entry.lock.value[0] = number;
    entry.identity[5] = number;
    entry.made_at = 1'795'219'200ull + number;
    return entry;
  }
  Result<Buffer> written(const std::vector<Entry>& entries) {
    Buffer out(batch_size_bytes(entries.size()));
    const Result<std::size_t> size = write_batch({{1}, {2}}, entries, key_, provider_, out);
    if (!size.ok()) return size.error();
    EXPECT_EQ(*size, out.size());
    return out;
  }
  Status judge(const Buffer& batch) { return open_batch(batch, maker_, provider_).status(); }

  OpensslProvider provider_;
  P256Point maker_{};
  KeyHandle key_ = provider_.p256_generate(KeyKind::kSign, maker_).value();
};

// Made by tests/factory/vectors_test.py with python-cryptography.
// [rule: MF1] [rule: MF2]
TEST_F(BatchTest, IsJudgedAsInTheVectors) {
  const boost::json::object file = read_vector_file("factory_v1.json");
  const auto maker = array_of_hex<64>(file.at("maker"));
  ASSERT_GE(file.at("batches").as_array().size(), 14u);
  for (const boost::json::value& item : file.at("batches").as_array()) {
    const Buffer bytes = bytes_of_hex(item.at("batch"));
    const Result<Batch> batch = open_batch(bytes, maker, provider_);
    EXPECT_EQ(name_of(batch.status()), std::string(item.at("status").as_string())) << item.at("name");
    if (!batch.ok()) continue;
    EXPECT_EQ(batch->maker().vendor, array_of_hex<16>(file.at("vendor")));
    EXPECT_EQ(batch->maker().device_class, array_of_hex<16>(file.at("device_class")));
    const boost::json::array& entries = item.at("entries").as_array();
    ASSERT_EQ(batch->size(), entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(batch->entry(i).lock.value, array_of_hex<16>(entries[i].at("lock")));
      EXPECT_EQ(batch->entry(i).identity, array_of_hex<64>(entries[i].at("identity")));
      EXPECT_EQ(batch->entry(i).lock_class == link::LockClass::kProtected, entries[i].at("class") == "protected");
      EXPECT_EQ(batch->entry(i).made_at, entries[i].at("made_at").to_number<std::uint64_t>());
    }
  }
}

// [rule: MF1] [rule: MF2]
TEST_F(BatchTest, IsRefusedWithAnyBitChangedOrWhenCutShortAnywhere) {
  const Buffer good = *written({entry(1), entry(2)});
  ASSERT_EQ(judge(good), Status::kOk);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(judge({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)}), Status::kTooShort) << size;
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Buffer bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(judge(bent), Status::kOk) << bit;
  }
}

TEST_F(BatchTest, IsRefusedUnderAnotherMakersKey) {
  const Buffer good = *written({entry(1)});
  P256Point stranger{};
  const ScopedKey key(provider_, provider_.p256_generate(KeyKind::kSign, stranger).value());
  EXPECT_EQ(open_batch(good, stranger, provider_).status(), Status::kForged);
  EXPECT_EQ(open_batch(good, P256Point{}, provider_).status(), Status::kForged);
}

// [rule: MF1]
TEST_F(BatchTest, IsNotWrittenWithWhatNobodyWouldRead) {
  EXPECT_EQ(written({}).status(), Status::kOutOfRange);
  EXPECT_EQ(written(std::vector<Entry>(batch_entry_count_max + 1)).status(), Status::kOutOfRange);
  EXPECT_EQ(written({entry(2), entry(1)}).status(), Status::kMalformed);
  EXPECT_EQ(written({entry(1), entry(1)}).status(), Status::kMalformed);
  Entry copy = entry(2);
  copy.identity = entry(1).identity;
  EXPECT_EQ(written({entry(1), copy}).status(), Status::kMalformed);
  Buffer small(batch_size_bytes(1) - 1);
  EXPECT_EQ(write_batch({}, std::vector{entry(1)}, key_, provider_, small).status(), Status::kFull);
}

TEST_F(BatchTest, FindsEveryLockInItAndNoOther) {
  std::vector<Entry> entries;
  for (std::uint8_t number = 1; number < 100; ++number) entries.push_back(entry(static_cast<std::uint8_t>(2 * number)));
  const Buffer bytes = *written(entries);
  const Batch batch = *open_batch(bytes, maker_, provider_);
  for (unsigned number = 0; number < 256; ++number) {
    const auto found = batch.find(entry(static_cast<std::uint8_t>(number)).lock);
    EXPECT_EQ(found.has_value(), number > 0 && number < 200 && number % 2 == 0) << number;
    if (!found) continue;
    EXPECT_EQ(found->made_at, entry(static_cast<std::uint8_t>(number)).made_at);
  }
}

}  // namespace
}  // namespace cardea::factory
