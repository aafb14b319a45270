// SPDX-License-Identifier: Apache-2.0
#include "lock/near/testing/sim_near.hpp"

namespace cardea::testing {

SimPhone::SimPhone(Provider& provider) : key(provider.p256_generate(KeyKind::kAgree, point).value()) {}

SimNearDoor::SimNearDoor(std::size_t packet_size_bytes)
    : door(link::LockClass::kProtected), packet_size_bytes_(packet_size_bytes) {
  link::Snapshot& snapshot = door.platform.record().snapshot;
  grant_key = door.provider.p256_generate(KeyKind::kSign, snapshot.grant_key).value();
  snapshot.takes_keys = true;
  snapshot.denials.number = 1;
  door.activate();
  CARDEA_ASSERT(door.lock->identity(identity) == Status::kOk);
  near = std::make_unique<Near>(*door.lock, *this, packet_size_bytes);
}

grant::Grant SimNearDoor::grant(std::uint32_t serial) const { return {.lock = door.lock->id(), .serial = serial}; }

void SimNearDoor::lease(SimPhone& phone, const grant::Grant& grant) {
  lease(phone, grant, door.now(), {door.now().value + 3'600}, grant_key);
}

void SimNearDoor::lease(SimPhone& phone, const grant::Grant& grant, UnixSeconds from, UnixSeconds to, KeyHandle signer) {
  Bytes<grant::grant_size_bytes_max> claim{};
  ByteWriter claim_out(claim);
  CARDEA_ASSERT(encode(grant, claim_out) == Status::kOk);
  const auto subject = ascii("phone");
  const Bytes<1> kid{1};
  phone.credential.resize(session::credential_size_bytes_max);
  cbor::Writer out(phone.credential);
  const session::NewCredential what{subject, from, to, false, kid, phone.point, claim_out.written()};
  CARDEA_ASSERT(session::write_cwt(door.provider, signer, {}, what, out) == Status::kOk);
  phone.credential.resize(out.size());
}

NearBuffer SimNearDoor::list(const grant::Denials& denials) {
  NearBuffer out(grant::list_size_bytes_max);
  ByteWriter writer(out);
  CARDEA_ASSERT(grant::sign(door.provider, grant_key, door.lock->id(), denials, writer) == Status::kOk);
  out.resize(writer.size());
  return out;
}

void SimNearDoor::restart(bool counter_kept) {
  near.reset();
  door.restart(counter_kept);
  near = std::make_unique<Near>(*door.lock, *this, packet_size_bytes_);
}

void SimNearDoor::wait(std::uint64_t milliseconds) {
  now.value += milliseconds;
  door.world.counter.advance(milliseconds / 1'000);
  near->poll(now);
}

grant::Lease SimNearDoor::lease_of(const SimPhone& phone) const {
  return {door.lock->id(), identity, phone.key, phone.credential, phone.list};
}

NearBuffer SimNearDoor::exchange(ByteSpan message) {
  said.emplace_back(message.begin(), message.end());
  const std::size_t before = heard.size();
  session::Fragmenter pieces(message, ++number_ % session::fragment_number_count, packet_size_bytes_);
  NearBuffer packet(packet_size_bytes_);
  while (!pieces.done()) {
    const std::size_t size = pieces.next(packet);
    near->received(ByteSpan(packet).first(size), now);
  }
  return heard.size() > before ? heard.back() : NearBuffer{};
}

void SimNearDoor::send(ByteSpan packet) {
  CARDEA_ASSERT(packet.size() <= packet_size_bytes_);
  const auto whole = reassembler_.take(packet);
  if (whole.ok() && *whole) heard.emplace_back((*whole)->begin(), (*whole)->end());
}

void SimNearDoor::connect() {
  near->connected();
  reassembler_.reset();
}

std::optional<grant::Answer> SimNearDoor::visit(const SimPhone& phone) {
  connect();
  const auto visitor = std::make_unique<grant::Visitor>(door.provider, lease_of(phone));
  return visit(*visitor);
}

std::optional<grant::Answer> SimNearDoor::visit(grant::Visitor& visitor) {
  NearBuffer out(grant::visitor_message_size_bytes_max);
  Result<std::size_t> size = visitor.begin(out);
  while (size.ok() && *size > 0 && !visitor.answer()) {
    const NearBuffer answer = exchange(ByteSpan(out).first(*size));
    if (answer.empty()) return std::nullopt;
    size = visitor.take(answer, out);
  }
  return size.ok() ? visitor.answer() : std::nullopt;
}

}  // namespace cardea::testing
