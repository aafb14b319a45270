// SPDX-License-Identifier: Apache-2.0
// Firmware from the upload to the confirmed image: the platform as it is shipped behind real HTTP and WebSockets, and the
// shipped lock/ with two slots on simulated flash.
#include <gtest/gtest.h>

#include "core/activation/label.hpp"
#include "lock/testing/platform/sim_lock.hpp"
#include "lock/update/testing/sim_slots.hpp"
#include "server/api/testing/maker_key.hpp"
#include "server/api/testing/platform.hpp"
#include "server/json/json.hpp"

namespace cardea {
namespace {

namespace json = server::json;
using server::api::testing::Platform;
using server::http::SocketClient;
using testing::World;

std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }

/// A lock with a device's parts, connected as a device is.
class Device final : public LinkSink {
 public:
  Device(update::Maker& maker, std::string url) : maker_(&maker), url_(std::move(url)) {
    Factory factory;
    CARDEA_ASSERT(provider_.random(factory.lock.value) == Status::kOk);
    CARDEA_ASSERT(provider_.random(factory.claim_secret.mutable_bytes()) == Status::kOk);
    CARDEA_ASSERT(lock_.make(factory) == Status::kOk);
    const auto label = activation::encode(provider_, {factory.lock, factory.claim_secret}).value();
    label_.assign(label.bytes().begin(), label.bytes().end());
    update::place(flash_, 0, maker.made(1, 5));
    start();
  }
  ~Device() { hang_up(); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] const std::string& label() const { return label_; }
  [[nodiscard]] std::string id() { return server::lock_ref(lock_.id()).text(); }
  [[nodiscard]] update::Report report() const { return updater_->report(); }
  [[nodiscard]] bool on_trial() const { return updater_->on_trial(); }
  /// The version that runs.
  [[nodiscard]] std::uint8_t running() const {
    return update::read_image(update::SlotBytes(const_cast<testing::SimFlash&>(flash_), port_.slots[slot_]), port_.hardware)
        .value()
        .version.major;
  }
  void press() { CARDEA_ASSERT(lock_.press().opened); }

  /// The power went, and comes back: the start program chooses.
  void start() {
    hang_up();
    update::InPlace loader(port_);
    slot_ = update::choose_image(port_, loader).value().slot;
    updater_.emplace(port_, slot_);
    CARDEA_ASSERT(updater_->boot() == Status::kOk);
    link_ = std::make_unique<Link>(lock_, activation_, *this, &*updater_);
  }
  /// Talks until `condition` holds, or for so long that it never will.
  bool talk_until(const std::function<bool()>& condition) {
    for (int turns = 0; turns < 12'000 && !condition(); ++turns) talk();
    return condition();
  }
  void hang_up() {
    if (!socket_) return;
    socket_.reset();
    link_->closed();
  }

  void send(ByteSpan message) override { socket_->send(message); }
  void close() override { broken_ = true; }

 private:
  /// A few milliseconds of its life. Its clock runs as the platform's: were it faster, a busy platform would seem silent.
  void talk() {
    const auto lived = std::chrono::steady_clock::now() - born_;
    now_.value = 1'000'000 + static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(lived).count());
    if (broken_) hang_up();
    broken_ = false;
    if (!socket_) {
      auto socket = SocketClient::connect(server::http::parse_base_url(url_).value(), "/v1/link", "cardea.link.v1",
                                          std::chrono::seconds(10));
      CARDEA_ASSERT(socket.ok());
      socket_.emplace(std::move(*socket));
      link_->connected(now_);
    }
    std::vector<std::uint8_t> in;
    const auto event = socket_->receive(in, std::chrono::milliseconds(5));
    if (event == SocketClient::Event::kMessage) link_->received(in, now_);
    if (event == SocketClient::Event::kClosed) broken_ = true;
    link_->poll(now_);
  }

  update::Maker* maker_;
  std::string url_;
  OpensslProvider provider_{512};
  World world_ = testing::blank_world();
  Lock lock_{testing::port_of(world_, provider_)};
  Activation activation_{lock_};
  testing::SimFlash flash_{{.size_bytes = update::sim_slots_flash_size_bytes}};
  update::UpdatePort port_ = maker_->port(flash_);
  update::SlotIndex slot_ = 0;
  std::optional<update::Updater> updater_;
  std::unique_ptr<Link> link_;
  std::optional<SocketClient> socket_;
  bool broken_ = false;
  std::chrono::steady_clock::time_point born_ = std::chrono::steady_clock::now();
  RunMillis now_{1'000'000};
  std::string label_;
};

class RollOut : public ::testing::Test {
 protected:
  void SetUp() override {
    site_ = text(post("/v1/sites", R"({"name":"House"})", 201), "id");
    post("/v1/firmware-makers",
         R"({"name":"Maker","public_key":")" + server::api::testing::public_pem_in_json(maker_.anchor) + "\"}", 201);
  }
  json::Any request(std::string_view method, const std::string& path, const std::string& body, std::uint16_t status,
                    const std::string& type = "application/json") {
    const auto got = platform_.send(method, path, body, "own", type);
    EXPECT_EQ(got.status, status) << method << " " << path << ": " << got.body;
    auto parsed = json::parse(got.body);
    return parsed ? *parsed : json::Any{};
  }
  json::Any post(const std::string& path, const std::string& body, std::uint16_t status) {
    return request("POST", path, body, status);
  }
  json::Any get(const std::string& path) { return request("GET", path, {}, 200); }

  /// A device on a door of its own, activated.
  std::unique_ptr<Device> installed(const std::string& name) {
    const std::string door =
        text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":")" + name + R"(","zone":"UTC"})", 201), "id");
    auto device = std::make_unique<Device>(maker_, platform_.url());
    post("/v1/locks/claim", R"({"door_id":")" + door + R"(","label":")" + device->label() + "\"}", 201);
    device->press();
    const std::string path = "/v1/locks/" + device->id();
    EXPECT_TRUE(device->talk_until([&] { return text(get(path), "state") == "active"; }));
    return device;
  }
  std::string upload(const update::ImageFile& image) {
    return text(request("POST", "/v1/firmware-images", {image.begin(), image.end()}, 201, "application/octet-stream"), "id");
  }
  void begin(const std::string& image, const std::string& rings) {
    path_ = "/v1/firmware-campaigns/" +
            text(post("/v1/firmware-campaigns",
                      R"({"name":"Roll-out","image_id":")" + image + R"(","rings":)" + rings + R"(,"start":true})", 201),
                 "id");
  }
  std::string state() { return text(get(path_), "state"); }
  std::int64_t count(std::string_view what) { return get(path_).at("locks").at(what).as_int64(); }
  static std::function<bool()> waits_for_a_start(Device& device) {
    return [&device] { return device.report().state == update::ImageState::kWaiting; };
  }

  Platform platform_;
  update::Maker maker_;
  std::string site_, path_;
};

TEST_F(RollOut, AnImageComesFromTheUploadToEveryLockRingByRing) {
  const auto first = installed("First");
  const auto second = installed("Second");
  begin(upload(maker_.made(2, 6)), R"([{"name":"first","lock_ids":[")" + first->id() + R"("],"soak_s":60},{"name":"rest"}])");
  ASSERT_TRUE(first->talk_until(waits_for_a_start(*first)));
  EXPECT_TRUE(first->talk_until([&] { return count("waiting_for_start") == 1; }));
  EXPECT_EQ(count("waiting"), 1) << "the second one's ring has not begun";

  first->start();
  EXPECT_TRUE(first->on_trial());
  EXPECT_TRUE(first->talk_until([&] { return count("confirmed") == 1; }));
  EXPECT_EQ(first->running(), 2);
  EXPECT_EQ(second->running(), 1);

  platform_.advance(100);
  platform_.run_upkeep();
  ASSERT_TRUE(second->talk_until(waits_for_a_start(*second)));
  second->start();
  EXPECT_TRUE(second->talk_until([&] { return state() == "done"; }));
  EXPECT_EQ(second->running(), 2);
  EXPECT_EQ(get("/v1/events?type=lock.updated").at("items").as_array().size(), 2u);
}

TEST_F(RollOut, AnImageThatWasCutShortGoesOnWhereItStood) {
  const auto device = installed("Door");
  begin(upload(maker_.made(2, 6)), R"([{"name":"all"}])");
  ASSERT_TRUE(device->talk_until([&] { return device->report().standing_bytes > 0; }));
  device->start();
  EXPECT_EQ(device->report().standing_bytes, flash_sector_size_bytes);
  ASSERT_TRUE(device->talk_until(waits_for_a_start(*device)));
  device->start();
  EXPECT_TRUE(device->talk_until([&] { return state() == "done"; }));
}

TEST_F(RollOut, AnImageThatNeverSaysThatItWorksIsGivenUpAndHaltsTheCampaign) {
  const auto device = installed("Door");
  begin(upload(maker_.made(2, 6)), R"([{"name":"all"}])");
  ASSERT_TRUE(device->talk_until(waits_for_a_start(*device)));
  for (int i = 0; i < 4; ++i) device->start();  // it hangs before it connects, three times
  EXPECT_EQ(device->running(), 1);
  EXPECT_TRUE(device->talk_until([&] { return state() == "halted"; }));
  EXPECT_EQ(count("refused"), 1);
}

// Who holds the platform's database can keep a lock from an update, and not make it run anything.
TEST_F(RollOut, WhoHoldsTheDatabaseMakesNoLockRunAnImageThatNobodySigned) {
  const auto device = installed("Door");
  const std::string image = upload(maker_.made(2, 6));
  platform_.execute(
      "UPDATE firmware_chunks SET bytes = CAST(substr(bytes, 1, 1000) || x'5a5a5a5a' || substr(bytes, 1005) AS BLOB)");
  begin(image, R"([{"name":"all"}])");
  EXPECT_TRUE(device->talk_until([&] { return state() == "halted"; }));
  device->start();
  EXPECT_EQ(device->running(), 1);
  EXPECT_EQ(text(get(path_ + "/locks").at("items").at(0), "refused_for"), "corrupt");
}

TEST_F(RollOut, WhoHoldsTheDatabaseMakesNoLockRunAnOlderImage) {
  const auto device = installed("Door");
  begin(upload(maker_.made(2, 6)), R"([{"name":"all"}])");
  ASSERT_TRUE(device->talk_until(waits_for_a_start(*device)));
  device->start();
  ASSERT_TRUE(device->talk_until([&] { return state() == "done"; }));
  const std::string old = upload(maker_.made(3, 5));
  platform_.execute("UPDATE firmware_images SET security_counter = 9 WHERE major = 3");
  begin(old, R"([{"name":"all"}])");
  EXPECT_TRUE(device->talk_until([&] { return state() == "halted"; })) << "what is offered is not what comes";
  device->start();
  EXPECT_EQ(device->running(), 2);
  EXPECT_EQ(text(get(path_ + "/locks").at("items").at(0), "refused_for"), "stale");
}

}  // namespace
}  // namespace cardea
