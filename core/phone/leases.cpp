// SPDX-License-Identifier: Apache-2.0
#include "core/phone/leases.hpp"

namespace cardea::phone {
namespace {

constexpr std::uint8_t about_lease_request = 4;
constexpr std::uint8_t about_leases = 5;

}  // namespace

Result<Digest> lease_request_mac(Provider& provider, const KeyBytes& auth, const PhoneId& phone, UnixSeconds at,
                                 const P256Point& virtual_key) {
  Bytes<1 + 16 + 8 + sizeof(P256Point)> message{};
  ByteWriter writer(message);
  writer.u8(about_lease_request);
  writer.bytes(phone);
  writer.u64(at.value);
  writer.bytes(virtual_key);
  CARDEA_ASSIGN(const KeyHandle handle, provider.import_key(KeyKind::kMac, auth));
  const ScopedKey scoped(provider, handle);
  Digest out{};
  CARDEA_TRY(provider.hmac_sha256(handle, message, out));
  return out;
}

Bytes<schedule_aad_size_bytes> leases_aad(const PhoneId& phone, UnixSeconds at) {
  Bytes<schedule_aad_size_bytes> out = schedule_aad(phone, at);
  out[0] = about_leases;
  return out;
}

void write_lease(ByteWriter& out, const Lease& lease) {
  CARDEA_ASSERT(!lease.door.empty() && lease.door.size() <= door_name_size_bytes_max);
  CARDEA_ASSERT(lease.key.size() <= lease_key_size_bytes_max && lease.list.size() <= lease_list_size_bytes_max);
  out.bytes(lease.credential);
  out.bytes(lease.lock.value);
  out.bytes(lease.lock_identity);
  out.u8(static_cast<std::uint8_t>(lease.door.size()));
  out.bytes(lease.door);
  out.u16(static_cast<std::uint16_t>(lease.key.size()));
  out.bytes(lease.key);
  out.u16(static_cast<std::uint16_t>(lease.list.size()));
  out.bytes(lease.list);
}

Result<ScheduleHead> LeaseReader::open() {
  ScheduleReader reader(head_);
  CARDEA_ASSIGN(const ScheduleHead head, reader.open());
  in_ = ByteReader(head_.subspan(schedule_head_size_bytes));
  return head;
}

Result<Lease> LeaseReader::next() {
  Lease lease;
  lease.credential = in_.array<16>();
  lease.lock = {in_.array<16>()};
  lease.lock_identity = in_.array<sizeof(P256Point)>();
  lease.door = in_.take(in_.u8());
  lease.key = in_.take(in_.u16());
  lease.list = in_.take(in_.u16());
  CARDEA_TRY(in_.status());
  if (lease.door.empty() || lease.door.size() > door_name_size_bytes_max || lease.key.size() > lease_key_size_bytes_max ||
      lease.list.size() > lease_list_size_bytes_max)
    return Status::kMalformed;
  return lease;
}

}  // namespace cardea::phone
