// SPDX-License-Identifier: Apache-2.0
// The platform as it is shipped. Of its locks there is their word alone, which is all that it has of any lock; tests/update has
// locks that run.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "core/update/messages.hpp"
#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/api/testing/image_routes.hpp"
#include "server/api/testing/maker_key.hpp"
#include "server/api/testing/platform.hpp"
#include "server/json/json.hpp"
#include "tests/attacks/fleet/fleet.hpp"

namespace cardea::attacks {
namespace {

namespace json = server::json;
using update::ImageState;

constexpr std::uint64_t half_a_day_s = 43'200;

class ShippedFleet final : public Fleet {
 public:
  ShippedFleet() {
    must("POST", "/v1/sites", R"({"name":"House"})");
    for (int i = 0; i < fleet_size; ++i) add_lock(i);
    must("POST", "/v1/firmware-makers",
         R"({"name":"Maker","public_key":")" + server::api::testing::public_pem_in_json(anchor_) + "\"}");
  }

  void begin(Image image) override {
    if (!campaign_.empty()) platform_.send("POST", campaign_ + "/cancel");
    image_ = image;
    was_offered_ = {};
    const update::ImageFile file = update::made_image(
        {.version = {++version_, 0, 0, 0}, .security_counter = image == Image::kOlder ? 1u : 9u}, provider_, key_, anchor_);
    const json::Any uploaded = must("POST", "/v1/firmware-images", {file.begin(), file.end()}, "application/octet-stream");
    digest_ = text(uploaded, "digest");
    const json::Any made =
        must("POST", "/v1/firmware-campaigns",
             fmt::format(R"({{"name":"Roll-out","image_id":"{}","start":true,"rings":[{{"name":"first","lock_ids":["{}"],)"
                         R"("soak_s":3600}},{{"name":"others"}}]}})",
                         text(uploaded, "id"), id_of(0)));
    campaign_ = "/v1/firmware-campaigns/" + text(made, "id");
  }

  void pass_half_a_day() override {
    for (int lock = 0; lock < fleet_size; ++lock)
      if (is_offered(lock) && !was_offered_.at(static_cast<std::size_t>(lock))) take(lock);
    platform_.advance(half_a_day_s);
    platform_.run_upkeep();
  }

  void say_confirmed(int lock) override { report(lock, ImageState::kConfirmed, Status::kOk); }

  int offered_count() override { return static_cast<int>(std::count(was_offered_.begin() + 1, was_offered_.end(), true)); }

 private:
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }
  static std::string id_of(int lock) { return fmt::format("lock_{:032x}", 0x1000 + lock); }

  json::Any must(std::string_view method, const std::string& path, const std::string& body,
                 const std::string& type = "application/json") {
    const auto answer = platform_.send(method, path, body, "own", type);
    if (answer.status >= 300) throw std::runtime_error(path + ": " + answer.body);
    const auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }

  /// Active, on a door of its own.
  void add_lock(int number) {
    platform_.execute(fmt::format(
        "INSERT INTO doors (workspace, door, site, name, zone, created_at) SELECT workspace, x'{0:032x}', site, 'Door {0}', "
        "'UTC', 0 FROM sites LIMIT 1",
        0x1000 + number));
    platform_.execute(fmt::format(
        "INSERT INTO locks (workspace, lock, door, state, settings, claimed_at) SELECT workspace, x'{0:032x}', x'{0:032x}', "
        "'active', '{{}}', 0 FROM sites LIMIT 1",
        0x1000 + number));
  }

  bool is_offered(int lock) { return !must("GET", "/v1/test/desired/" + id_of(lock), {}).at("campaign").is_null(); }

  void take(int lock) {
    was_offered_.at(static_cast<std::size_t>(lock)) = true;
    if (image_ == Image::kOlder) return report(lock, ImageState::kRefused, Status::kStale);
    report(lock, ImageState::kWaiting, Status::kOk);
    if (image_ == Image::kFails) report(lock, ImageState::kRefused, Status::kNotReady);
    if (image_ == Image::kWorks) report(lock, ImageState::kConfirmed, Status::kOk);
  }

  void report(int lock, ImageState state, Status status) {
    must("POST", "/v1/test/reports",
         fmt::format(R"({{"lock_id":"{}","digest":"{}","state":{},"standing_bytes":0,"status":{}}})", id_of(lock), digest_,
                     static_cast<int>(state), static_cast<int>(status)));
  }

  server::api::testing::Platform platform_{false, server::api::testing::add_image_routes};
  OpensslProvider provider_;
  P256Point anchor_{};
  KeyHandle key_ = provider_.p256_generate(KeyKind::kSign, anchor_).value();
  Image image_ = Image::kWorks;
  std::uint8_t version_ = 0;
  std::array<bool, fleet_size> was_offered_{};
  std::string digest_, campaign_;
};

}  // namespace

std::unique_ptr<Fleet> make_shipped_fleet() { return std::make_unique<ShippedFleet>(); }

}  // namespace cardea::attacks
