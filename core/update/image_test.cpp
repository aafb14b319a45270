// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "core/link/testing/encoded.hpp"
#include "core/update/internal/der.hpp"
#include "core/update/messages.hpp"
#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::update {
namespace {

using link::encoded;

class ImageTest : public ::testing::Test {
 protected:
  Status judge(const ImageFile& image, std::uint32_t floor = 0) {
    const MemoryImage bytes(image);
    const Result<Image> read = read_image(bytes, test_hardware);
    if (!read) return read.status();
    return verify_image(bytes, *read, {&anchor_, 1}, floor, provider_);
  }
  ImageFile made(const ImageRecipe& recipe = {}) { return made_image(recipe, provider_, key_, anchor_); }

  OpensslProvider provider_;
  P256Point anchor_{};
  KeyHandle key_ = provider_.p256_generate(KeyKind::kSign, anchor_).value();
};

// [rule: V1] [rule: V2] [rule: V3] [rule: V4] [rule: V5] [rule: V6]
TEST_F(ImageTest, IsJudgedAsInTheVectors) {
  const boost::json::object file = read_vector_file("update_v1.json");
  const boost::json::object& of = file.at("hardware").as_object();
  const auto anchor = array_of_hex<64>(of.at("anchor"));
  const auto room = file.at("room").to_number<std::size_t>();
  ASSERT_GE(file.at("images").as_array().size(), 26u);
  for (const boost::json::value& item : file.at("images").as_array()) {
    const auto address = item.at("load_address").to_number<std::uint32_t>();
    const Hardware hardware{.vendor = array_of_hex<16>(of.at("vendor")),
                            .device_class = array_of_hex<16>(of.at("device_class")),
                            .loads_to_memory = address != 0,
                            .load_address = address};
    const MemoryImage bytes(bytes_of_hex(item.at("image")), room);
    const Result<Image> image = read_image(bytes, hardware);
    const auto floor = item.at("floor").to_number<std::uint32_t>();
    const Status status = image ? verify_image(bytes, *image, {&anchor, 1}, floor, provider_) : image.status();
    EXPECT_EQ(name_of(status), std::string(item.at("status").as_string())) << item.at("name");
    if (status != Status::kOk) continue;
    EXPECT_EQ(image->security_counter, item.at("counter").to_number<std::uint32_t>());
    EXPECT_EQ(image->version, (Version{1, 2, 3, 4}));
  }
}

TEST_F(ImageTest, SaysForWhichHardwareItIsOrThatItDoesNot) {
  const ImageFile whole = made();
  const Hardware said = claimed_hardware(MemoryImage(whole)).value();
  EXPECT_EQ(said.vendor, test_hardware.vendor);
  EXPECT_EQ(said.device_class, test_hardware.device_class);
  EXPECT_FALSE(said.loads_to_memory);
  const Hardware in_memory{.vendor = {7}, .device_class = {8}, .loads_to_memory = true, .load_address = 0x20000000};
  const Hardware loaded = claimed_hardware(MemoryImage(made({.hardware = in_memory}))).value();
  EXPECT_TRUE(loaded.loads_to_memory);
  EXPECT_EQ(loaded.load_address, 0x20000000u);
  EXPECT_EQ(loaded.vendor, in_memory.vendor);
  for (std::size_t size = 0; size < 300; ++size)
    EXPECT_FALSE(claimed_hardware(MemoryImage({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, size)).ok())
        << size;
}

TEST_F(ImageTest, IsRefusedWhenCutShortAnywhere) {
  const ImageFile whole = made();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(judge({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), Status::kOk) << size;
}

TEST_F(ImageTest, IsRefusedWithAnyBitFlipped) {
  const ImageFile whole = made();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    ImageFile bent = whole;
    bent[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_NE(judge(bent), Status::kOk) << bit;
  }
}

// [rule: V1]
TEST_F(ImageTest, IsRefusedWhenItExceedsItsSlot) {
  const ImageFile image = made();
  EXPECT_EQ(read_image(MemoryImage(image, image.size() - 1), test_hardware).status(), Status::kTooShort);
  EXPECT_TRUE(read_image(MemoryImage(image, image.size()), test_hardware).ok());
}

// [rule: V5]
TEST_F(ImageTest, MayBeSignedByEitherOfTwoAnchors) {
  P256Point second{};
  const KeyHandle key = provider_.p256_generate(KeyKind::kSign, second).value();
  const MemoryImage bytes(made_image({}, provider_, key, second));
  const Image image = read_image(bytes, test_hardware).value();
  const P256Point both[] = {anchor_, second};
  EXPECT_EQ(verify_image(bytes, image, std::span(both).first(1), 0, provider_), Status::kForged);
  EXPECT_EQ(verify_image(bytes, image, {}, 0, provider_), Status::kForged);
  EXPECT_EQ(verify_image(bytes, image, both, 0, provider_), Status::kOk);
}

// [rule: V6]
TEST_F(ImageTest, IsStaleBelowTheFloorOnly) {
  const ImageFile image = made({.security_counter = 5});
  EXPECT_EQ(judge(image, 6), Status::kStale);
  EXPECT_EQ(judge(image, 5), Status::kOk);
}

struct DerCase {
  const char* what;
  std::vector<std::uint8_t> der;
};

TEST(ImageSignature, HasOneEncoding) {
  const std::vector<std::uint8_t> good{0x30, 0x06, 0x02, 0x01, 0x7f, 0x02, 0x01, 0x05};
  P256Signature out{};
  ASSERT_EQ(internal::read_signature(good, out), Status::kOk);
  EXPECT_EQ(out[31], 0x7f);
  EXPECT_EQ(out[63], 0x05);
  const std::vector<DerCase> cases{
      {"nothing", {}},
      {"another tag", {0x31, 0x06, 0x02, 0x01, 0x7f, 0x02, 0x01, 0x05}},
      {"a size that is too large", {0x30, 0x07, 0x02, 0x01, 0x7f, 0x02, 0x01, 0x05}},
      {"bytes behind it", {0x30, 0x06, 0x02, 0x01, 0x7f, 0x02, 0x01, 0x05, 0x00}},
      {"a negative number", {0x30, 0x06, 0x02, 0x01, 0x80, 0x02, 0x01, 0x05}},
      {"a needless zero", {0x30, 0x07, 0x02, 0x02, 0x00, 0x7f, 0x02, 0x01, 0x05}},
      {"no digits", {0x30, 0x05, 0x02, 0x00, 0x02, 0x01, 0x05}},
      {"a long form of the size", {0x30, 0x81, 0x06, 0x02, 0x01, 0x7f, 0x02, 0x01, 0x05}},
      {"one number", {0x30, 0x03, 0x02, 0x01, 0x7f}},
  };
  for (const DerCase& c : cases) EXPECT_EQ(internal::read_signature(c.der, out), Status::kMalformed) << c.what;
}

/// Every truncation and one byte too many are refused.
template <class Decode>
void expect_whole_only(const ImageFile& message, Decode decode) {
  ASSERT_TRUE(decode(ByteSpan(message)).ok());
  for (std::size_t size = 0; size < message.size(); ++size) EXPECT_FALSE(decode(ByteSpan(message).first(size)).ok()) << size;
  ImageFile longer = message;
  longer.push_back(0);
  EXPECT_FALSE(decode(ByteSpan(longer)).ok());
  ImageFile other = message;
  other[0] ^= 1;
  EXPECT_FALSE(decode(ByteSpan(other)).ok());
}

TEST(UpdateMessages, AreReadWholeOrRefused) {
  Digest digest{};
  digest.fill(7);
  expect_whole_only(encoded(Offer{1'000, digest, 3, {1, 2, 3, 4}}), decode_offer);
  expect_whole_only(encoded(Want{digest, 4'096, 1'024}), decode_want);
  expect_whole_only(encoded(Report{digest, ImageState::kArriving, 4'096, Status::kOk}), decode_report);
  EXPECT_EQ(decode_offer(encoded(Offer{0, digest, 3, {}})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_want(encoded(Want{digest, 0, 0})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_want(encoded(Want{digest, 0, 1'025})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_report(encoded(Report{digest, ImageState::kRefused, 0, Status::kOk})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_report(encoded(Report{digest, ImageState::kConfirmed, 0, Status::kForged})).status(), Status::kOutOfRange);
}

TEST(UpdateMessages, CarryAPieceOfAtMost1024Bytes) {
  const ImageFile bytes(1'025, 0x5a);
  EXPECT_EQ(decode_piece(encoded(Piece{{}, 0, {}})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_piece(encoded(Piece{{}, 0, bytes})).status(), Status::kOutOfRange);
  const ImageFile message = encoded(Piece{{}, 512, ByteSpan(bytes).first(1'024)});
  const Piece piece = decode_piece(message).value();
  EXPECT_EQ(piece.offset, 512u);
  EXPECT_EQ(piece.bytes.size(), 1'024u);
  for (std::size_t size = 0; size < 1 + 32 + 4 + 1; ++size)
    EXPECT_FALSE(decode_piece(ByteSpan(message).first(size)).ok()) << size;
}

}  // namespace
}  // namespace cardea::update
