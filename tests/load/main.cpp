// SPDX-License-Identifier: Apache-2.0
// cardea_link_crowd: sets a crowd of locks on a platform and measures what they cost it and how fast it opens them. Run by
// links_bench.py. It prints one line of JSON.
//
//   cardea_link_crowd URL CA_FILE API_KEY_FILE SERVER_PID LOCK_COUNT BUSY_COUNT SECONDS

#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "server/http/client.hpp"
#include "tests/load/bench_lock.hpp"
#include "tests/load/wire.hpp"

namespace cardea::bench {
namespace {

namespace json = boost::json;
namespace http = server::http;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t setup_thread_count = 4;
constexpr std::size_t connecting_count_max = 64;
constexpr std::size_t api_wire_count = 8;
constexpr std::chrono::seconds settle_max{30};
constexpr std::chrono::seconds quiet_needed{12};  // the server's allocator gives back what is unused after ten
constexpr double records_per_busy_lock_s = 1.0;
constexpr double pings_per_s = 200;
constexpr double unlocks_per_s = 50;

struct Arguments {
  http::BaseUrl url;
  std::string key;
  int pid = 0;
  std::size_t lock_count = 0;
  std::size_t busy_count = 0;
  std::chrono::seconds duration{10};
};

std::uint64_t rss_bytes(int pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6)) * 1024;
  throw std::runtime_error("the server is gone");
}

// --- Before: a door and an active lock for each, by the API ---

std::string call(http::Client& client, const Arguments& arguments, const std::string& path, std::string body,
                 std::string type = "application/json") {
  const auto answer = client.send({.method = "POST",
                                   .path = path,
                                   .body = std::move(body),
                                   .content_type = std::move(type),
                                   .headers = {{"Authorization", "Bearer " + arguments.key}}});
  if (!answer.ok()) throw std::runtime_error(answer.error().message);
  if (answer->status >= 300) throw std::runtime_error(path + ": " + answer->body);
  return answer->body;
}

std::string id_in(const std::string& body) { return std::string(json::parse(body).at("id").as_string()); }

struct Setup {
  const Arguments& arguments;
  OpensslProvider& provider;
  std::vector<std::unique_ptr<BenchLock>>& locks;
  std::string site;
  std::mutex mutex;  // of the provider, the locks and the number
  std::size_t next = 0;
  std::string failure;

  void run() {
    http::Client client(arguments.url);
    try {
      while (make_one(client)) continue;
    } catch (const std::exception& error) {
      const std::lock_guard guard(mutex);
      failure = error.what();
    }
  }

  bool make_one(http::Client& client) {
    std::unique_ptr<BenchLock> lock;
    std::size_t number = 0;
    {
      const std::lock_guard guard(mutex);
      if (next == arguments.lock_count || !failure.empty()) return false;
      number = next++;
      lock = std::make_unique<BenchLock>(provider);
    }
    const std::string door = id_in(
        call(client, arguments, "/v1/doors", fmt::format(R"({{"site_id":"{}","name":"{}","zone":"Etc/UTC"}})", site, number)));
    const auto own = [&](auto work) {
      const std::lock_guard guard(mutex);
      return work();
    };
    const std::string label = own([&] { return lock->label(); });
    call(client, arguments, "/v1/locks/claim", fmt::format(R"({{"door_id":"{}","label":"{}"}})", door, label));
    const std::string files = "/v1/locks/" + lock->id() + "/files";
    const std::string answer =
        call(client, arguments, files, own([&] { return lock->ask_file(); }), "application/octet-stream");
    own([&] { lock->take_answer(answer); });
    call(client, arguments, files, own([&] { return lock->first_file(); }), "application/octet-stream");
    own([&] { locks.push_back(std::move(lock)); });
    return true;
  }
};

void make_locks(const Arguments& arguments, OpensslProvider& provider, std::vector<std::unique_ptr<BenchLock>>& locks) {
  http::Client client(arguments.url);
  Setup setup{.arguments = arguments, .provider = provider, .locks = locks, .site = {}, .mutex = {}, .failure = {}};
  setup.site = id_in(call(client, arguments, "/v1/sites", R"({"name":"bench"})"));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < setup_thread_count; ++i) threads.emplace_back([&] { setup.run(); });
  threads.clear();
  if (!setup.failure.empty()) throw std::runtime_error(setup.failure);
}

// --- The crowd ---

/// Figures in microseconds.
struct Times {
  std::vector<double> all;
  void add(Clock::duration took) { all.push_back(std::chrono::duration<double, std::micro>(took).count()); }
  double at(double share) {
    if (all.empty()) throw std::runtime_error("nothing was measured");
    std::sort(all.begin(), all.end());
    return all[std::min(all.size() - 1, static_cast<std::size_t>(share * static_cast<double>(all.size())))];
  }
};

class Crowd {
 public:
  Crowd(const Arguments& arguments, std::vector<std::unique_ptr<BenchLock>>& locks)
      : arguments_(arguments), context_(SSL_CTX_new(TLS_client_method())), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION);
    SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_load_verify_file(context_, arguments.url.ca_file.c_str()) != 1) throw std::runtime_error("no CA file");
    for (auto& lock : locks) members_.push_back(std::make_unique<Member>(Member{.lock = lock.get()}));
  }

  void link_up() {
    std::size_t begun = 0;
    while (open_count_ < members_.size()) {
      for (; begun < members_.size() && begun - open_count_ < connecting_count_max; ++begun) connect(*members_[begun]);
      turn(milliseconds(100));
    }
  }

  /// Until nothing has come for a while.
  void settle() {
    const auto end = Clock::now() + settle_max;
    heard_at_ = Clock::now();
    while (Clock::now() < end && Clock::now() - heard_at_ < quiet_needed) turn(milliseconds(100));
  }

  void work() {
    for (std::size_t i = 0; i < api_wire_count; ++i) add_api_wire();
    const auto begun = Clock::now();
    const double records_per_s = records_per_busy_lock_s * static_cast<double>(arguments_.busy_count);
    std::uint64_t records = 0, pings = 0, unlocks = 0;
    while (Clock::now() - begun < arguments_.duration) {
      const double passed = std::chrono::duration<double>(Clock::now() - begun).count();
      const auto due = [&](std::uint64_t& count, double per_s, auto act) {
        for (; static_cast<double>(count) < passed * per_s; ++count) act();
      };
      due(records, records_per_s, [&] { write_record(next_busy()); });
      due(pings, pings_per_s, [&] { ping(any_busy()); });
      due(unlocks, unlocks_per_s, [&] { unlock(any_busy()); });
      turn(milliseconds(1));
    }
    const auto end = Clock::now() + std::chrono::seconds(20);
    while (waiting_count_ > 0 && Clock::now() < end) turn(milliseconds(10));
    if (waiting_count_ > 0) throw std::runtime_error(fmt::format("{} unlockings were never answered", waiting_count_));
  }

  Times raw, unlocked;
  std::uint64_t skipped = 0;

 private:
  enum class Phase : std::uint8_t { kShaking, kUpgrading, kProving, kOpen };
  struct Member {
    BenchLock* lock;
    std::unique_ptr<Wire> wire = {};
    Phase phase = Phase::kShaking;
    bool unlocking = false;
  };
  struct ApiWire {
    std::unique_ptr<Wire> wire;
    Member* target = nullptr;
    Clock::time_point asked_at = {};
  };

  void watch(int descriptor, void* what, bool is_api) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = reinterpret_cast<std::uint64_t>(what) | (is_api ? 1u : 0u);
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) throw std::runtime_error("epoll");
  }

  void connect(Member& member) {
    member.wire = std::make_unique<Wire>(context_, port());
    watch(member.wire->descriptor(), &member, false);
    member.wire->pump();
  }

  void add_api_wire() {
    api_.push_back(std::make_unique<ApiWire>());
    api_.back()->wire = std::make_unique<Wire>(context_, port());
    watch(api_.back()->wire->descriptor(), api_.back().get(), true);
    api_.back()->wire->pump();
  }

  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(std::stoi(arguments_.url.port)); }

  void turn(milliseconds wait) {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll_, events, 256, static_cast<int>(wait.count()));
    for (int i = 0; i < count; ++i) {
      const std::uint64_t tagged = events[i].data.u64;
      if ((tagged & 1) != 0)
        take_from_api(*reinterpret_cast<ApiWire*>(tagged & ~std::uint64_t{1}));
      else
        take_from(*reinterpret_cast<Member*>(tagged));
    }
  }

  void take_from(Member& member) {
    Wire& wire = *member.wire;
    wire.pump();
    if (member.phase == Phase::kShaking && wire.is_up()) {
      wire.send(
          "GET /v1/link HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: "
          "13\r\n"
          "Sec-WebSocket-Protocol: cardea.link.v1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
      member.phase = Phase::kUpgrading;
    }
    if (member.phase == Phase::kUpgrading) {
      const auto answer = take_answer(wire.in);
      if (!answer) return;
      if (answer->status != 101) throw std::runtime_error("no upgrade: " + answer->body);
      say(member, member.lock->hello());
      member.phase = Phase::kProving;
    }
    if (member.phase == Phase::kShaking) return;
    while (const auto frame = take_frame(wire.in)) take_frame_of(member, *frame);
  }

  void take_frame_of(Member& member, const Frame& frame) {
    const ByteSpan payload{reinterpret_cast<const std::uint8_t*>(frame.payload.data()), frame.payload.size()};
    switch (frame.opcode) {
      case Opcode::kPing: return member.wire->send(frame_of(Opcode::kPong, payload));
      case Opcode::kClose: throw std::runtime_error("the platform closed a link: " + frame.payload.substr(2));
      case Opcode::kPong: {
        Clock::rep sent = 0;
        std::copy_n(payload.begin(), sizeof sent, reinterpret_cast<std::uint8_t*>(&sent));
        return raw.add(Clock::now().time_since_epoch() - Clock::duration(sent));
      }
      case Opcode::kBinary: break;
    }
    heard_at_ = Clock::now();
    if (member.phase == Phase::kProving) {
      say(member, member.lock->prove(payload));
      say(member, member.lock->status());
      say(member, member.lock->ask_time());
      member.phase = Phase::kOpen;
      ++open_count_;
      return;
    }
    for (const Blob& message : member.lock->answer(payload)) say(member, message);
  }

  static void say(Member& member, const Blob& message) { member.wire->send(frame_of(Opcode::kBinary, message)); }

  static void write_record(Member& member) { say(member, member.lock->record(audit::Kind::kConfigured)); }

  /// The link's raw round trip: what TLS, the socket and the server's loop take, and nothing behind them.
  static void ping(Member& member) {
    const Clock::rep now = Clock::now().time_since_epoch().count();
    member.wire->send(frame_of(Opcode::kPing, {reinterpret_cast<const std::uint8_t*>(&now), sizeof now}));
  }

  void unlock(Member& member) {
    const auto free =
        std::find_if(api_.begin(), api_.end(), [](const auto& api) { return api->target == nullptr && api->wire->is_up(); });
    if (free == api_.end() || member.unlocking) {
      ++skipped;
      return;
    }
    ApiWire& api = **free;
    api.target = &member;
    member.unlocking = true;
    ++waiting_count_;
    api.asked_at = Clock::now();
    api.wire->send(fmt::format(
        "POST /v1/locks/{}/unlock HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n",
        member.lock->id(), arguments_.key));
  }

  void take_from_api(ApiWire& api) {
    api.wire->pump();
    const auto answer = take_answer(api.wire->in);
    if (!answer || api.target == nullptr) return;
    if (answer->status != 200 || answer->body.find("\"done\"") == std::string::npos)
      throw std::runtime_error(fmt::format("an unlocking was answered {}: {}", answer->status, answer->body));
    unlocked.add(Clock::now() - api.asked_at);
    std::exchange(api.target, nullptr)->unlocking = false;
    --waiting_count_;
  }

  Member& next_busy() { return *members_[turn_ = (turn_ + 1) % arguments_.busy_count]; }
  Member& any_busy() { return *members_[std::uniform_int_distribution<std::size_t>(0, arguments_.busy_count - 1)(random_)]; }

  const Arguments& arguments_;
  SSL_CTX* context_;
  int epoll_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::unique_ptr<ApiWire>> api_;
  std::size_t open_count_ = 0;
  std::size_t waiting_count_ = 0;
  std::size_t turn_ = 0;
  Clock::time_point heard_at_;
  std::minstd_rand random_{1};
};

int run(const Arguments& arguments) {
  OpensslProvider provider(65'535);  // of each lock the session's key and two of the connection
  std::vector<std::unique_ptr<BenchLock>> locks;
  make_locks(arguments, provider, locks);
  Crowd crowd(arguments, locks);
  crowd.settle();
  const std::uint64_t before = rss_bytes(arguments.pid);
  crowd.link_up();
  crowd.settle();
  const std::uint64_t after = rss_bytes(arguments.pid);
  crowd.work();
  fmt::print(
      R"({{"locks":{},"rss_before":{},"rss_after":{},"raw_p50_us":{:.1f},"raw_p99_us":{:.1f},"unlock_p50_us":{:.1f},"unlock_p99_us":{:.1f},"unlocks":{},"skipped":{}}})"
      "\n",
      locks.size(), before, after, crowd.raw.at(0.5), crowd.raw.at(0.99), crowd.unlocked.at(0.5), crowd.unlocked.at(0.99),
      crowd.unlocked.all.size(), crowd.skipped);
  return 0;
}

}  // namespace
}  // namespace cardea::bench

int main(int count, char** words) {
  using namespace cardea::bench;
  if (count != 8) {
    fmt::print(stderr, "usage: {} URL CA_FILE API_KEY_FILE SERVER_PID LOCK_COUNT BUSY_COUNT SECONDS\n", words[0]);
    return 2;
  }
  try {
    Arguments arguments;
    arguments.url = cardea::server::http::parse_base_url(words[1]).value();
    arguments.url.ca_file = words[2];
    std::getline(std::ifstream(words[3]), arguments.key);
    arguments.pid = std::stoi(words[4]);
    arguments.lock_count = std::stoul(words[5]);
    arguments.busy_count = std::min(arguments.lock_count, static_cast<std::size_t>(std::stoul(words[6])));
    arguments.duration = std::chrono::seconds(std::stoi(words[7]));
    return run(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", words[0], error.what());
    return 1;
  }
}
