// SPDX-License-Identifier: Apache-2.0
#include "server/api/testing/paper_lock.hpp"

#include <ctime>
#include <stdexcept>
#include <utility>

#include "core/base/text.hpp"
#include "core/link/testing/encoded.hpp"
#include "server/domain/id.hpp"

namespace cardea::server::api::testing {

namespace {

using link::encoded;
using link::require;
using link::text_of;

}  // namespace

PaperLock::PaperLock(link::LockClass lock_class, std::uint8_t slot_count) : class_(lock_class) {
  require(provider_.random(label_.lock.value), "random");
  require(provider_.random(label_.secret.mutable_bytes()), "random");
  provider_.release_key(require(provider_.p256_generate(KeyKind::kAgree, identity), "a pair"));
  status.lock_class = lock_class;
  status.slot_count_max = slot_count;
  status.quality = ClockQuality::kSynced;
  status.time = static_cast<std::uint64_t>(std::time(nullptr));
}

std::string PaperLock::id() const { return lock_ref(label_.lock).text(); }

std::string PaperLock::label() const {
  OpensslProvider provider;
  const auto text = require(activation::encode(provider, label_), "label");
  return text_of(text.bytes());
}

std::string PaperLock::ask_file() {
  activation::Ask ask;
  ask.lock = label_.lock;
  ask.lock_class = class_;
  ask.slot_count_max = status.slot_count_max;
  require(provider_.random(ask.nonce), "random");
  ephemeral_ = require(provider_.p256_generate(KeyKind::kAgree, ask.ephemeral), "a pair");
  ask.identity = identity;
  ask_ = require(activation::encode_ask(provider_, label_.secret, ask), "ask");
  return text_of(ask_);
}

void PaperLock::take_answer(std::string_view answer) {
  require(activation::open_answer(provider_, label_.secret, ephemeral_, ask_, bytes_of(answer), gift_, done_), "answer");
  provider_.release_key(ephemeral_);
  claimed_ = true;
  chain_ = {.key = gift_.audit_seed, .next_seq = 1};
  const ScopedKey session(provider_, require(session_key(), "session key"));
  const auto key = link::share_key(provider_, session.handle(), label_.lock, gift_.workspace, gift_.key_id);
  end_.emplace(provider_, require(key, "a key"), session::Ratchet{0, gift_.session_chain});
  status.applied_version = gift_.desired_version;
}

Result<KeyHandle> PaperLock::session_key() {
  if (class_ == link::LockClass::kUnprotected) return provider_.import_key(KeyKind::kMac, gift_.key);
  CARDEA_ASSIGN(const KeyHandle k_lock, provider_.import_key(KeyKind::kMac, gift_.key));
  const ScopedKey scoped(provider_, k_lock);
  return link::derive_session_key(provider_, k_lock, label_.lock);
}

void PaperLock::write_record(audit::Kind kind, audit::Method method, const audit::What& what, audit::ReasonCode reason,
                             std::uint32_t last_four) {
  audit::Record record;
  record.time = static_cast<std::uint32_t>(status.time);
  record.quality = status.quality;
  record.kind = kind;
  record.reason = reason;
  record.method = method;
  record.detail = audit::detail_of(what, last_four);
  require(audit::seal(provider_, label_.lock, chain_, record), "record");
  records_.push_back(audit::encode(record));
  status.first_seq = 1;
  status.last_seq = record.seq;
  status.last_tag = record.tag;
}

std::string PaperLock::link_file() {
  std::vector<std::uint8_t> content(link::file_content_size_bytes_max);
  ByteWriter list(content);
  link::append_to_list(encoded(status), list);
  std::vector<std::uint8_t> bytes;
  for (const auto& record : records_) bytes.insert(bytes.end(), record.begin(), record.end());
  if (!bytes.empty()) link::append_to_list(encoded(link::Records{bytes}), list);
  require(provider_.random(file_nonce_), "random");
  const KeyHandle session = require(session_key(), "session key");
  const ScopedKey scoped(provider_, session);
  std::vector<std::uint8_t> file(list.size() + link::file_header_size_bytes_max + ccm_tag_size_bytes);
  const link::FileHeader header{link::FileKind::kFromLock, label_.lock, file_nonce_, {}};
  file.resize(require(link::seal_file(provider_, session, header, list.written(), file), "file"));
  file.insert(file.begin(), done_.begin(), done_.end());  // activation.md §2: in front of the file
  return text_of(file);
}

void PaperLock::take_file(std::string_view file) {
  const KeyHandle session = require(session_key(), "session key");
  const ScopedKey scoped(provider_, session);
  std::vector<std::uint8_t> content(file.size());
  content.resize(require(link::open_file(provider_, session, bytes_of(file), content), "file"));
  ByteReader list(content);
  for (ByteSpan message = link::take_from_list(list); !message.empty(); message = link::take_from_list(list)) {
    if (require(link::type_of(message), "message") != link::MessageType::kDesired) continue;
    const auto desired = require(link::decode_desired(message), "desired");
    require(link::decode(desired.snapshot, class_, gift_.snapshot), "snapshot");
    gift_.desired_version = desired.version;
    status.applied_version = desired.version;
    if (gift_.snapshot.hour_count > 0) status.last_hour = gift_.snapshot.first_hour + gift_.snapshot.hour_count - 1;
  }
}

void PaperLock::exchange(Platform& platform) {
  const auto answer = platform.send("POST", "/v1/locks/" + id() + "/files", link_file(), "own", "application/octet-stream");
  if (answer.status != 200) throw std::runtime_error("file: " + answer.body);
  take_file(answer.body);
}

void PaperLock::activate(Platform& platform, const std::string& door_id) {
  const std::string claim = R"({"door_id":")" + door_id + R"(","label":")" + label() + "\"}";
  const auto claimed = platform.send("POST", "/v1/locks/claim", claim);
  if (claimed.status != 201) throw std::runtime_error("claim: " + claimed.body);
  const auto answer = platform.send("POST", "/v1/locks/" + id() + "/files", ask_file(), "own", "application/octet-stream");
  if (answer.status != 200) throw std::runtime_error("ask: " + answer.body);
  take_answer(answer.body);
  exchange(platform);
}

void PaperLock::give_up(const Secret<activation::claim_secret_size_bytes>& secret) {
  label_.secret = secret;
  claimed_ = false;
  records_.clear();
  done_ = {};
  status.first_seq = 0;
  status.last_seq = 0;
  status.last_tag = {};
}

void PaperLock::serve_one_command(const std::string& url, std::optional<link::CommandResult> result,
                                  const std::function<void()>& when_online) {
  auto socket =
      http::SocketClient::connect(http::parse_base_url(url).value(), "/v1/link", "cardea.link.v1", std::chrono::seconds(10))
          .value();
  socket.send(end_->hello());
  std::vector<std::uint8_t> in;
  if (socket.receive(in, std::chrono::seconds(10)) != http::SocketClient::Event::kMessage) throw std::runtime_error("no M2");
  socket.send(require(end_->prove(in), "M2"));
  const auto say = [&](const auto& message) { socket.send(end_->seal(message)); };
  say(status);
  say(link::TimeAsk{});  // its answer shows that the platform has taken the handshake in
  while (socket.receive(in, std::chrono::seconds(60)) == http::SocketClient::Event::kMessage) {
    const auto message = require(end_->open(in), "record");
    const auto type = require(link::type_of(message), "message");
    if (type == link::MessageType::kTime) when_online();
    if (type == link::MessageType::kCommand) {
      const auto command = require(link::decode_command(message), "command");
      if (!result) break;
      link::Challenge challenge;
      challenge.command = command.command;
      require(provider_.random(challenge.nonce), "random");
      say(challenge);
    }
    if (type == link::MessageType::kGiveUp) {
      const auto order = require(link::decode_give_up(message), "give_up");
      result->command = order.run.command;
      if (!std::exchange(loses_result, false)) say(*result);
      if (result->done) give_up(order.claim_secret);
      break;
    }
    if (type != link::MessageType::kRun) continue;
    result->command = require(link::decode_run(message), "run").command;
    say(*result);
    break;
  }
  socket.close(1000);
}

}  // namespace cardea::server::api::testing
