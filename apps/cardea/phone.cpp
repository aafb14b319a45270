// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/phone.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "apps/cardea/near.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/cardea/times.hpp"
#include "core/audit/record.hpp"
#include "core/decide/reason.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/domain/id.hpp"
#include "server/keys/aead.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

constexpr std::string_view token_prefix = "cardea_phone_";

[[noreturn]] void refuse(const std::string& what) { throw Stop(ExitStatus::kRefused, what); }

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) refuse(fmt::format("{}: {}.", what, name_of(result.status())));
  return *std::move(result);
}

template <std::size_t N>
Bytes<N> bytes_of(const std::string& hex, const char* what) {
  Bytes<N> out{};
  if (server::parse_hex(hex, out) != Status::kOk)
    refuse(fmt::format("{} is not what it should be. Claim an invitation anew.", what));
  return out;
}

Bytes<16> id_bytes(const std::string& id, const char* what) { return bytes_of<16>(id.substr(id.find('_') + 1), what); }

phone::LinkToken token_of(const std::string& link, std::string& word) {
  word = link.substr(link.find('#') == std::string::npos ? 0 : link.find('#') + 1);
  phone::LinkToken token;
  if (!word.starts_with(token_prefix) ||
      server::parse_hex(std::string_view(word).substr(token_prefix.size()), token.mutable_bytes()) != Status::kOk)
    throw usage("this is no link of an invitation. Give the whole of it, with what follows the #.");
  return token;
}

void write_whole(const std::string& file, const std::string& text, bool is_new) {
  const std::string beside = file + ".new";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int failure = errno;
  if (fd >= 0) ::close(fd);
  const bool placed = written && (is_new ? ::link(beside.c_str(), file.c_str()) : ::rename(beside.c_str(), file.c_str())) == 0;
  const int why = written ? errno : failure;
  ::unlink(beside.c_str());
  if (!placed) throw usage(fmt::format("cannot write {}: {}.", file, std::strerror(why)));
}

}  // namespace

json::value FilePhone::claim(Api& api, const std::string& link, const std::string& name, const std::string& file) {
  std::string word;
  const phone::LinkToken token = token_of(link, word);
  OpensslProvider provider(8);
  phone::Claim claim;
  const KeyHandle own = must(provider.p256_generate(KeyKind::kAgree, claim.phone_key), "no key could be made");
  write_whole(file, "{}", true);  // before the invitation is used
  json::value answer;
  try {
    answer = api.post_without_key("/v1/invitations/claim",
                                  {{"invitation", word}, {"name", name}, {"public_key", server::hex_of(claim.phone_key)}});
  } catch (const Stop&) {
    ::unlink(file.c_str());
    throw;
  }
  claim.invitation = id_bytes(text(answer, "invitation_id"), "the invitation's id");
  claim.phone = id_bytes(text(answer, "phone_id"), "the phone's id");
  claim.platform_key = bytes_of<64>(text(answer, "public_key"), "the platform's key");
  const KeyBytes shared =
      must(provider.p256_agree_bytes(own, claim.platform_key), "the platform's key is no point of the curve");
  FilePhone made;
  made.file_ = file;
  made.id_ = text(answer, "phone_id");
  made.keys_ = must(phone::derive_keys(provider, token, shared, claim), "no keys could be made");
  const Digest expected = must(phone::confirmation_of(provider, made.keys_.auth, claim), "no keys could be made");
  if (!equal_constant_time(expected, bytes_of<32>(text(answer, "confirmation"), "the confirmation")))
    refuse("the platform did not agree the same keys: somebody is in between. Nothing was kept.");
  made.store();
  return answer;
}

FilePhone FilePhone::open(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw usage(fmt::format("there is no phone in {}. `cardea phone claim` makes one.", file));
  std::stringstream content;
  content << in.rdbuf();
  boost::system::error_code error;
  const json::value stored = json::parse(content.str(), error);
  if (error || !stored.is_object()) throw usage(fmt::format("{} is no file of a phone.", file));
  FilePhone out;
  out.file_ = file;
  out.id_ = text(stored, "phone_id");
  out.keys_ = {KeyBytes(bytes_of<32>(text(stored, "auth"), "the phone's file")),
               KeyBytes(bytes_of<32>(text(stored, "seal"), "the phone's file"))};
  out.asked_at_ = stored.at("asked_at").to_number<std::uint64_t>();
  const auto hex_member = [&](const char* name, std::vector<std::uint8_t>& into) {
    const json::value* member = stored.as_object().if_contains(name);
    const std::string hex = member == nullptr ? std::string() : std::string(member->as_string());
    into.resize(hex.size() / 2);
    if (server::parse_hex(hex, into) != Status::kOk) throw usage(fmt::format("{} is no file of a phone.", file));
  };
  hex_member("schedule", out.schedule_);
  hex_member("leases", out.leases_);
  if (stored.as_object().contains("virtual_key"))
    out.virtual_key_ = KeyBytes(bytes_of<32>(text(stored, "virtual_key"), "the phone's file"));
  return out;
}

void FilePhone::store() const {
  json::object stored{
      {"phone_id", id_},       {"auth", server::hex_of(keys_.auth.bytes())}, {"seal", server::hex_of(keys_.seal.bytes())},
      {"asked_at", asked_at_}, {"schedule", server::hex_of(schedule_)},      {"leases", server::hex_of(leases_)}};
  if (virtual_key_) stored["virtual_key"] = server::hex_of(virtual_key_->bytes());
  write_whole(file_, json::serialize(stored), false);
}

/// A request of the phone, at a moment of its own. Whoever hears that the phone was ended erases its keys.
template <class Send>
json::value FilePhone::send(Send send) {
  asked_at_ = std::max(now().value, asked_at_ + 1);
  try {
    return send();
  } catch (const Stop& stop) {
    if (std::string_view(stop.what()).find("(phone_ended)") != std::string_view::npos) {
      schedule_.clear();
      leases_.clear();
      store();
    }
    throw;
  }
}

json::value FilePhone::order(Api& api, const std::string& path, json::object members) {
  const json::value answer = send([&] {
    members["phone_id"] = id_;
    members["at"] = asked_at_;
    const std::string body = json::serialize(members);
    const auto span = [](const std::string& text) {
      return ByteSpan(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    OpensslProvider provider(8);
    const Digest mac = must(phone::order_mac(provider, keys_.auth, span(path), span(body)), "no order could be made");
    return api.post_order(path, body, server::hex_of(mac));
  });
  store();
  return answer;
}

/// What is sealed in the answer is opened.
template <class Body, class Aad>
std::vector<std::uint8_t> FilePhone::ask(Api& api, const char* path, Body body, Aad aad) {
  const phone::PhoneId id = id_bytes(id_, "the phone's file");
  const json::value answer = send([&] {
    json::object request{{"phone_id", id_}, {"at", asked_at_}};
    body(request, id);
    return api.post_without_key(path, request);
  });
  const std::string hex = text(answer, "sealed");
  std::vector<std::uint8_t> sealed(hex.size() / 2);
  if (server::parse_hex(hex, sealed) != Status::kOk) refuse("the platform's answer is not sealed.");
  return must(server::open_gcm(keys_.seal, aad(id, UnixSeconds{asked_at_}), sealed), "the answer is not for this phone");
}

void FilePhone::fetch(Api& api) {
  const auto body = [this](json::object& request, const phone::PhoneId& id) {
    OpensslProvider provider(8);
    const Digest mac = must(phone::request_mac(provider, keys_.auth, id, {asked_at_}), "no request could be made");
    request["mac"] = server::hex_of(mac);
  };
  schedule_ = ask(api, "/v1/phones/schedule", body, phone::schedule_aad);
  store();
}

void FilePhone::fetch_leases(Api& api) {
  OpensslProvider provider(8);
  if (!virtual_key_) {
    KeyBytes made;
    if (provider.random(made.mutable_bytes()) != Status::kOk) refuse("the machine gives no random numbers.");
    virtual_key_ = made;
    store();  // before anybody knows of it
  }
  const auto body = [&](json::object& request, const phone::PhoneId& id) {
    P256Point point{};
    provider.release_key(must(provider.p256_import(KeyKind::kAgree, *virtual_key_, point), "the phone's key is none"));
    const Digest mac = must(phone::lease_request_mac(provider, keys_.auth, id, {asked_at_}, point), "no request could be made");
    request["virtual_key"] = server::hex_of(point);
    request["mac"] = server::hex_of(mac);
  };
  leases_ = ask(api, "/v1/phones/leases", body, phone::leases_aad);
  store();
}

bool FilePhone::leases_are_due(UnixSeconds now) const {
  if (leases_.empty()) return true;
  phone::LeaseReader reader(leases_);
  return must(reader.open(), "the leases cannot be read").renew_at <= now;
}

namespace {

std::string reason_text(std::uint8_t reason) {
  if (const char* of_lock = audit::name_of_lock_reason(reason)) return of_lock;
  return name_of(static_cast<Reason>(reason));
}

phone::Lease lease_of(ByteSpan leases, const std::string& door) {
  phone::LeaseReader reader(leases);
  const phone::ScheduleHead head = must(reader.open(), "the leases cannot be read");
  for (std::size_t i = 0; i < head.entry_count; ++i) {
    const phone::Lease lease = must(reader.next(), "the leases cannot be read");
    if (std::ranges::equal(lease.door, door)) return lease;
  }
  refuse(fmt::format("this phone has no virtual key for {}. `cardea phone lease` fetches those that it may have.", door));
}

}  // namespace

FilePhone::Opening FilePhone::open_door(const std::string& door, const std::string& near) const {
  if (leases_.empty() || !virtual_key_) refuse("this phone has no virtual keys. `cardea phone lease` fetches them.");
  const phone::Lease lease = lease_of(leases_, door);
  OpensslProvider provider(32);
  P256Point point{};
  const KeyHandle key = must(provider.p256_import(KeyKind::kAgree, *virtual_key_, point), "the phone's key is none");
  const NearVisit visit = visit_lock(provider, {lease.lock, lease.lock_identity, key, lease.key, lease.list}, near);
  Opening out{visit.answered, visit.answer.opened, {}, std::nullopt};
  if (visit.answered && !visit.answer.opened) out.reason = reason_text(visit.answer.reason);
  if (visit.listed && visit.listed->status == Status::kOk) out.list_number = visit.listed->number;
  return out;
}

std::vector<FilePhone::Shown> FilePhone::codes_at(UnixSeconds at) const {
  std::vector<Shown> out;
  if (schedule_.empty()) return out;
  OpensslProvider provider(8);
  phone::ScheduleReader reader(schedule_);
  const phone::ScheduleHead head = must(reader.open(), "the schedule cannot be read");
  for (std::size_t i = 0; i < head.entry_count; ++i) {
    const phone::ScheduleEntry entry = must(reader.next(), "the schedule cannot be read");
    Shown shown{std::string(entry.door.begin(), entry.door.end()), std::nullopt, {(at.value / app_step_s + 1) * app_step_s}};
    if (const auto code = phone::code_at(provider, entry, at)) shown.code = std::string(code->reveal());
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace cardea::client
