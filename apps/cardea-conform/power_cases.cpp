// SPDX-License-Identifier: Apache-2.0
// The power goes in the middle of a write: at each flash operation of what a lock does, one after the other, until it gets to
// its end. Whatever was acknowledged stands afterwards, and what was not has happened wholly or not at all.
#include <fmt/format.h>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"
#include "core/update/messages.hpp"

namespace cardea::conform {
namespace {

constexpr std::uint8_t app_slot = 0;
constexpr std::uint8_t changing_slot = 9;
constexpr std::uint64_t day_s = 24 * 3'600;

/// Its clock is the kit's, and no wait is left: an entry that was cut short is a failure (R14). Its records are whole, or
/// Failed.
link::LockStatus be_ready(Subject& lock) {
  lock.bearer.hang_up();
  link::LockStatus status = lock.fresh_status("L4");
  const auto ask = lock.time_asked ? link::decode_time_ask(*lock.time_asked) : Result<link::TimeAsk>(Status::kNotFound);
  if (ask.ok()) lock.say(link::Time{ask->nonce, lock.now().value, 100});
  lock.settle();
  if (status.wait_s != 0) lock.advance(status.wait_s + 1);
  return status;
}

void expect_opens_once(std::uint32_t operation, std::size_t count) {
  if (count > 1)
    throw Failed("R4", fmt::format("a code opens once, also when the power goes at flash operation {}", operation),
                 fmt::format("{} openings", count));
}

/// True when the power went before it was done.
bool enters_with_a_cut(Subject& lock, std::uint32_t operation) {
  be_ready(lock);
  lock.advance(60);
  const Digits code = lock.platform.app_code(lock.now(), app_slot, 0);
  lock.bearer.hang_up();
  static_cast<void>(lock.hands.openings());
  lock.cut_at(operation);
  const std::optional<bool> opened = lock.hands.type_until_cut(code.reveal());
  const bool cut = !lock.hands.has_power();
  std::size_t count = lock.hands.openings().value_or(opened.value_or(false) ? 1 : 0);
  lock.restart();
  be_ready(lock);
  const bool again = lock.hands.type(code.reveal());
  count += lock.hands.openings().value_or(again ? 1 : 0);
  expect_opens_once(operation, count);
  return cut;
}

/// One flash operation after the other, until `does` gets to its end without a cut.
void cut_everywhere(Subject& lock, bool (*does_with_a_cut)(Subject&, std::uint32_t)) {
  if (lock.cuts_max == 0) throw Skipped("--cuts 0");
  for (std::uint32_t operation = 1; operation <= lock.cuts_max && does_with_a_cut(lock, operation); ++operation) {
  }
}

void opens_once_wherever_the_power_goes(Subject& lock) {
  lock.advance(day_s);  // the failures of the cases before are too old to make it wait
  cut_everywhere(lock, enters_with_a_cut);
}

void expect_generation(Subject& lock, std::uint16_t generation, bool counts, std::uint32_t operation) {
  lock.advance(60);
  if (lock.hands.type(lock.platform.app_code(lock.now(), changing_slot, generation).reveal()) == counts) return;
  throw Failed("L6", fmt::format("a state is applied as a whole, also when the power goes at flash operation {}", operation),
               fmt::format("a code of generation {} {}", generation, counts ? "is refused" : "opens"));
}

/// True when the power went before it was done.
bool applies_with_a_cut(Subject& lock, std::uint32_t operation) {
  const std::uint32_t before = be_ready(lock).applied_version;
  testing::PlatformRecord& record = lock.platform.record();
  const auto generation = static_cast<std::uint16_t>(100 + operation);
  lock.platform.set_slot(changing_slot, generation);
  Message bytes(link::snapshot_size_bytes_max);
  ByteWriter out(bytes);
  if (link::encode(record.snapshot, record.factory.lock_class, out) != Status::kOk)
    throw client::refused("the kit made a desired state that cannot be written.");
  ++record.version;
  lock.cut_at(operation);
  lock.say(link::Desired{record.version, out.written()});
  const bool said = lock.hear(link::MessageType::kApplied, lock.patience.answer).has_value();
  const bool cut = !lock.hands.has_power();
  lock.restart();
  const std::uint32_t after = be_ready(lock).applied_version;
  if (after != record.version && (said || after != before))
    throw Failed("L6",
                 said ? fmt::format("what was said to be applied is, also when the power goes at flash operation {}", operation)
                      : fmt::format("version {} or {}", before, record.version),
                 fmt::format("version {}", after));
  expect_generation(lock, generation, after == record.version, operation);
  return cut;
}

void applies_wholly_wherever_the_power_goes(Subject& lock) { cut_everywhere(lock, applies_with_a_cut); }

// --- an image that arrives ---

/// In the first sector, and in the second: an image takes many operations, and each cut is a start of the lock.
constexpr std::uint32_t image_cuts[] = {8, 24};
constexpr std::uint32_t image_size_bytes = 9'000;

/// An image that nobody signed: what the kit can make for any lock. It arrives as any other, and is refused at its end.
struct Arrival {
  update::Offer offer;
  Message bytes = Message(image_size_bytes);
  std::uint32_t brought_bytes = 0;  ///< the kit has sent no more than the first of them
  std::uint32_t stood_bytes = 0;    ///< by the lock's own word
};

Arrival new_arrival(Subject& lock) {
  Arrival made;
  if (lock.provider.random(made.bytes) != Status::kOk || lock.provider.random(made.offer.digest) != Status::kOk)
    throw client::refused("the system gives no random bytes.");
  made.offer.size_bytes = image_size_bytes;
  made.offer.security_counter = 0xFFFF'FFFF;
  made.offer.version = {255, 255, 65'535, 0};
  return made;
}

/// What the lock says of the image; Skipped when it takes none.
update::Report offered(Subject& lock, const Arrival& image) {
  lock.say(image.offer);
  const auto report =
      update::decode_report(lock.must_hear(link::MessageType::kImageReport, "I1", "image, in answer to an offer"));
  if (!report.ok()) throw Failed("I1", "image as update.md §3 has it", name_of(report.error()));
  if (report->state == update::ImageState::kRefused && report->status == Status::kUnsupported)
    throw Skipped("this lock takes no images");
  return *report;
}

/// Gives it pieces until it wants no more, or its power is gone. What came of it; nothing when it fell silent.
std::optional<update::Report> bring(Subject& lock, Arrival& image, std::uint32_t operation) {
  const update::Report report = offered(lock, image);
  if (report.digest != image.offer.digest || report.state != update::ImageState::kArriving) return report;
  image.stood_bytes = std::max(image.stood_bytes, report.standing_bytes);
  std::optional<Message> message = lock.hear(link::MessageType::kImageWant, lock.patience.answer);
  for (bool is_first = true; message; is_first = false) {
    const auto want = update::decode_want(*message);
    if (!want.ok() || want->digest != image.offer.digest || want->offset + want->count > image_size_bytes)
      throw Failed("I1", "want of bytes of the image that was offered", "another one");
    if (is_first && want->offset > image.brought_bytes)
      throw Failed(
          "I4", fmt::format("what stands is what was written: {} bytes were brought when the power went", image.brought_bytes),
          fmt::format("it wants them from byte {} on", want->offset));
    if (is_first && want->offset < image.stood_bytes)
      throw Failed("I3", fmt::format("it goes on where it stood, at byte {}", image.stood_bytes),
                   fmt::format("byte {}", want->offset));
    if (is_first && operation != 0) lock.cut_at(operation);
    image.brought_bytes = std::max(image.brought_bytes, want->offset + want->count);
    lock.say(update::Piece{want->digest, want->offset, ByteSpan(image.bytes).subspan(want->offset, want->count)});
    if (image.brought_bytes == image_size_bytes) break;
    message = lock.hear(link::MessageType::kImageWant, lock.patience.answer);
  }
  if (image.brought_bytes < image_size_bytes) return std::nullopt;
  const std::optional<Message> end = lock.hear(link::MessageType::kImageReport, lock.patience.answer);
  if (!end) return std::nullopt;
  const auto came = update::decode_report(*end);
  if (!came.ok()) throw Failed("I6", "image as update.md §3 has it", name_of(came.error()));
  return *came;
}

void expect_nobodys_image_refused(const Arrival& image, const update::Report& report) {
  if (report.digest == image.offer.digest && report.state == update::ImageState::kRefused) return;
  throw Failed("I6", "an image that nobody signed is refused when it has arrived", update::name_of(report.state).data());
}

void image_goes_on_wherever_the_power_goes(Subject& lock) {
  if (lock.cuts_max == 0) throw Skipped("--cuts 0");
  const link::LockStatus before = be_ready(lock);
  Arrival image = new_arrival(lock);
  for (const std::uint32_t operation : lock.cuts_of(image_cuts)) {
    const std::optional<update::Report> report = bring(lock, image, operation);
    if (report) {
      expect_nobodys_image_refused(image, *report);
      break;
    }
    lock.restart();
    be_ready(lock);
  }
  const std::optional<update::Report> report = bring(lock, image, 0);
  if (!report) throw Failed("I6", "image, when the last piece has come", "nothing");
  expect_nobodys_image_refused(image, *report);
  const link::LockStatus after = be_ready(lock);
  if (after.firmware != before.firmware) throw Failed("I5", "the image that ran runs on", "another one");
}

constexpr Case cases[] = {
    {"power: a code opens once, wherever it goes", "R4 R14 L4", opens_once_wherever_the_power_goes},
    {"power: a state is applied wholly, wherever it goes", "L6 L4", applies_wholly_wherever_the_power_goes},
    {"power: an image goes on where it stood, wherever it goes", "I3 I4 I5 I6", image_goes_on_wherever_the_power_goes},
};

}  // namespace

std::span<const Case> power_cases() { return cases; }

}  // namespace cardea::conform
