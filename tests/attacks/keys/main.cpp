// SPDX-License-Identifier: Apache-2.0
// Virtual keys recorded, copied, kept, and brought back; lists rolled back; counts cut short. The same code against the shipped
// lock and against its weakened twin.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/keys/keys.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint64_t lease_s = 3'600;
constexpr const char* nothing_proved = "the phone itself is not let in: nothing is proved";

/// A phone with a pair and a lease.
struct Phone {
  explicit Phone(KeyDoor& door) : key(door.provider().p256_generate(KeyKind::kAgree, point).value()) {}
  P256Point point{};  // before the key, whose making sets it
  KeyHandle key;
  Frame credential;
  Frame list;
};

void lease(KeyDoor& door, Phone& phone, const grant::Grant& grant) {
  Bytes<grant::grant_size_bytes_max> claim{};
  ByteWriter writer(claim);
  CARDEA_ASSERT(encode(grant, writer) == Status::kOk);
  const auto subject = ascii("phone");
  const Bytes<1> kid{1};
  const UnixSeconds now = door.now();
  phone.credential.resize(session::credential_size_bytes_max);
  cbor::Writer out(phone.credential);
  const session::NewCredential what{subject, now, {now.value + lease_s}, false, kid, phone.point, writer.written()};
  CARDEA_ASSERT(session::write_cwt(door.provider(), door.grant_key(), {}, what, out) == Status::kOk);
  phone.credential.resize(out.size());
}

grant::Grant grant_of(const KeyDoor& door, std::uint32_t serial) {
  grant::Grant out;
  out.lock = door.id();
  out.serial = serial;
  return out;
}

Frame list_of(KeyDoor& door, const grant::Denials& denials) {
  Frame out(grant::list_size_bytes_max);
  ByteWriter writer(out);
  CARDEA_ASSERT(grant::sign(door.provider(), door.grant_key(), door.id(), denials, writer) == Status::kOk);
  out.resize(writer.size());
  return out;
}

/// A phone does all that it does; everything that goes to the lock, in order. `change`: what becomes of message_1 on its way.
std::vector<Frame> visit(KeyDoor& door, const Phone& phone, Frame (*change)(Frame) = nullptr) {
  const auto visitor = std::make_unique<grant::Visitor>(
      door.provider(), grant::Lease{door.id(), door.identity(), phone.key, phone.credential, phone.list});
  std::vector<Frame> said;
  Frame out(grant::visitor_message_size_bytes_max);
  door.connect();
  Result<std::size_t> size = visitor->begin(out);
  while (size.ok() && *size > 0 && !visitor->answer()) {
    Frame message(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size));
    if (change != nullptr && said.empty()) message = change(message);
    said.push_back(message);
    const Frame answer = door.to_lock(message);
    if (answer.empty()) break;
    size = visitor->take(answer, out);
  }
  return said;
}

/// Somebody with a phone's session says a list to the lock, which a phone itself would keep for being old.
void bring(KeyDoor& door, const Phone& phone, const Frame& list) {
  Bytes<grant::lock_credential_size_bytes> of_lock{};
  const std::size_t of_lock_size = grant::write_lock_credential(door.id(), door.identity(), of_lock).value();
  const std::array<ByteSpan, 1> known{ByteSpan(of_lock).first(of_lock_size)};
  session::Trust trust;
  trust.known = known;
  const auto edhoc = std::make_unique<session::EdhocInitiator>(
      door.provider(), session::OwnCredential{phone.key, phone.credential, session::CredentialForm::kCwt}, trust);
  Frame out(grant::visitor_message_size_bytes_max);
  const auto send = [&](Result<std::size_t> size) {
    return size.ok() ? door.to_lock({out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size)}) : Frame{};
  };
  door.connect();
  const Frame message_2 = send(edhoc->start(out));
  session::EdhocAgreement agreement;
  if (message_2.empty() || send(edhoc->finish(message_2, out, agreement)).empty()) return;
  session::RecordState state;
  state.out_secret = agreement.out;
  state.in_secret = agreement.in;
  auto records = session::Records::open(door.provider(), state);
  if (!records.ok() || records->reserve(1) != Status::kOk) return;
  Frame plain{0x61};
  plain.insert(plain.end(), list.begin(), list.end());
  static_cast<void>(send(records->seal(plain, out)));
}

bool opens(KeyDoor& door, const Phone& phone) {
  const std::uint32_t before = door.openings();
  visit(door, phone);
  return door.openings() > before;
}

Achieved replay(KeyDoor& door) {
  Phone phone(door);
  lease(door, phone, grant_of(door, 1));
  const std::vector<Frame> said = visit(door, phone);
  if (door.openings() != 1) return nothing_proved;
  for (int power_on = 0; power_on < 5; ++power_on) {
    door.connect();
    for (const Frame& message : said) static_cast<void>(door.to_lock(message));
    if (door.openings() != 1) return fmt::format("a recorded visit opens again, after {} restarts", power_on);
    door.restart();
    door.pass(60);
  }
  return "";
}

Achieved use_at_another_lock(KeyDoor& door) {
  Phone phone(door);
  lease(door, phone, grant_of(door, 1));
  if (!opens(door, phone)) return nothing_proved;
  for (int bit = 0; bit < 8; ++bit) {
    grant::Grant elsewhere = grant_of(door, 2);
    elsewhere.lock.value[0] = static_cast<std::uint8_t>(elsewhere.lock.value[0] ^ (1 << bit));
    lease(door, phone, elsewhere);
    if (opens(door, phone)) return "the virtual key of one lock opens another";
  }
  return "";
}

Achieved keep_past_the_lease(KeyDoor& door) {
  Phone phone(door);
  lease(door, phone, grant_of(door, 1));
  if (!opens(door, phone)) return nothing_proved;
  door.pass(lease_s);
  if (opens(door, phone)) return "a lease that is over opens";
  return "";
}

/// The credential is no secret: everybody near hears it go by in a session's third message who holds either side's keys.
Achieved show_a_copy(KeyDoor& door) {
  Phone phone(door);
  lease(door, phone, grant_of(door, 1));
  if (!opens(door, phone)) return nothing_proved;
  Phone thief(door);
  thief.credential = phone.credential;
  if (opens(door, thief)) return "a copied virtual key opens without its private half";
  const std::uint32_t before = door.openings();
  door.connect();
  static_cast<void>(door.to_lock(thief.credential));
  for (int first = 0; first < 256; ++first) {
    Frame message = thief.credential;
    message.insert(message.begin(), static_cast<std::uint8_t>(first));
    static_cast<void>(door.to_lock(message));
  }
  if (door.openings() != before) return "a virtual key opens that is merely shown";
  return "";
}

Achieved roll_the_list_back(KeyDoor& door) {
  Phone revoked(door);
  Phone courier(door);
  lease(door, revoked, grant_of(door, 1));
  lease(door, courier, grant_of(door, 2));
  if (!opens(door, revoked)) return nothing_proved;
  const Frame old = list_of(door, {.number = 2, .epoch = 0, .count = 0, .serials = {}});
  courier.list = list_of(door, {.number = 3, .epoch = 0, .count = 1, .serials = {1}});
  if (!opens(door, courier) || opens(door, revoked)) return "a list does not stop whom it names: nothing is proved";
  for (int i = 0; i < 3; ++i) {
    bring(door, courier, old);
    if (opens(door, revoked)) return "an older list lets a revoked phone in";
    door.restart();
  }
  return "";
}

Achieved roll_the_epoch_back(KeyDoor& door) {
  Phone old(door);
  Phone courier(door);
  lease(door, old, grant_of(door, 1));
  if (!opens(door, old)) return nothing_proved;
  grant::Grant newer = grant_of(door, 2);
  newer.epoch = 1;
  lease(door, courier, newer);
  courier.list = list_of(door, {.number = 2, .epoch = 1, .count = 0, .serials = {}});
  if (!opens(door, courier) || opens(door, old)) return "an epoch does not stop who is of an older one: nothing is proved";
  courier.list = list_of(door, {.number = 3, .epoch = 0, .count = 0, .serials = {}});
  visit(door, courier);
  if (opens(door, old)) return "an older epoch comes back with a newer number";
  return "";
}

Achieved cut_the_count(KeyDoor& door) {
  constexpr std::uint32_t uses = 3;
  Phone phone(door);
  std::uint32_t serial = 0;
  for (std::uint64_t operation = 1; operation <= 12; ++operation) {
    grant::Grant counted = grant_of(door, ++serial);
    counted.use_count_max = uses;
    counted.ends_at = {door.now().value + 60};
    lease(door, phone, counted);
    const std::uint32_t before = door.openings();
    for (std::uint32_t i = 0; i < 2 * uses; ++i) {
      door.cut_at(operation);
      visit(door, phone);
      door.restart();
      door.pass(1);
    }
    if (door.openings() > before + uses)
      return fmt::format("{} openings of {} with the power cut at operation {}", door.openings() - before, uses, operation);
    door.pass(120);  // its place is free, and whoever comes next is looked at
  }
  Phone other(door);
  lease(door, other, grant_of(door, 1'000));
  return opens(door, other) ? "" : nothing_proved;
}

/// Somebody in between puts suites in front that the phone never offered.
Frame offer_more(Frame message_1) {
  message_1[1] = 0x03;
  message_1.insert(message_1.begin() + 2, 0x02);
  message_1.insert(message_1.begin() + 1, 0x82);
  return message_1;
}

Achieved change_the_offer(KeyDoor& door) {
  Phone phone(door);
  lease(door, phone, grant_of(door, 1));
  if (!opens(door, phone)) return nothing_proved;
  const std::uint32_t before = door.openings();
  visit(door, phone, offer_more);
  if (door.openings() != before) return "a handshake opens whose offer was changed on its way";
  return "";
}

constexpr TargetAttack<KeyDoor, KeyFlaw> attacks[] = {
    {"A03a", "Replay of a phone's visit", KeyFlaw::kSameEphemeral, replay},
    {"A04a", "Virtual key of another lock", KeyFlaw::kAnyLock, use_at_another_lock},
    {"A07a", "Changed offer of suites", KeyFlaw::kOfferNotBound, change_the_offer},
    {"A08", "Guest who keeps the key", KeyFlaw::kNoEnd, keep_past_the_lease},
    {"D01", "Copy of a virtual key", KeyFlaw::kNoProof, show_a_copy},
    {"E01a", "List of revoked keys rolled back", KeyFlaw::kListGoesBack, roll_the_list_back},
    {"E01b", "Epoch rolled back", KeyFlaw::kEpochGoesBack, roll_the_epoch_back},
    {"E15a", "Count of openings cut short", KeyFlaw::kCountsAfter, cut_the_count},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<KeyDoor, KeyFlaw>(count, arguments, attacks, make_shipped_key_door, make_twin_key_door);
}
