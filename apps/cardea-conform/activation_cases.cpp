// SPDX-License-Identifier: Apache-2.0
// spec/activation.md, by a platform that plays foul before it plays fair.
#include <fmt/format.h>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::conform {
namespace {

/// Presses, and takes the ask that follows.
Message ask(Subject& lock) {
  lock.hands.press();
  Message ask = lock.connect("A1");
  if (const auto read = activation::decode_ask(ask); !read.ok())
    throw Failed("A1", "an ask as activation.md §2 has it", fmt::format("{} bytes ({})", ask.size(), name_of(read.error())));
  return ask;
}

Message answer_to(Subject& lock, const Message& ask, activation::DoneBytes& done) {
  testing::PlatformRecord& record = lock.platform.record();
  Message answer(activation::answer_size_bytes_max);
  answer.resize(client::need(
      activation::seal_answer(lock.provider, record.factory.claim_secret, ask, lock.platform.gift(lock.now()), answer, done)));
  return answer;
}

/// The lock says no *done*, and is as unclaimed as before.
void expect_refused(Subject& lock, const Message& answer, const std::string& what) {
  lock.bearer.send(answer);
  if (lock.bearer.receive(lock.patience.silence)) throw Failed("A6", "nothing is said to " + what, "a message");
  lock.bearer.hang_up();
  static_cast<void>(ask(lock));
  lock.bearer.hang_up();
}

void waits_for_the_button(Subject& lock) {
  if (lock.bearer.accept(lock.patience.silence)) throw Failed("A1", "no connection before the button is pressed", "one");
}

void asks_with_its_label(Subject& lock) {
  const Message bytes = ask(lock);
  const activation::Ask said = *activation::decode_ask(bytes);
  const testing::PlatformRecord& record = lock.platform.record();
  if (said.lock != record.factory.lock) throw Failed("A2", "the lock_id of the label", "another one");
  if (said.lock_class != record.factory.lock_class) throw Failed("A2", "the class that --class names", "the other one");
  if (activation::verify_ask(lock.provider, record.factory.claim_secret, bytes) != Status::kOk)
    throw Failed("A2", "the MAC under the label's secret", "another one");
  P256Point own_point{};
  const ScopedKey own(lock.provider, client::need(lock.provider.p256_generate(KeyKind::kAgree, own_point)));
  for (const P256Point& point : {said.identity, said.ephemeral}) {
    const Result<KeyHandle> agreed = lock.provider.p256_agree(own.handle(), point, KeyKind::kMac);
    if (!agreed.ok()) throw Failed("A11", "I_L and E_L on the curve", "a point that is not");
    lock.provider.release_key(*agreed);
  }
  lock.bearer.hang_up();
}

void asks_afresh(Subject& lock) {
  const activation::Ask first = *activation::decode_ask(ask(lock));
  lock.bearer.hang_up();
  const activation::Ask second = *activation::decode_ask(ask(lock));
  lock.bearer.hang_up();
  if (first.nonce == second.nonce) throw Failed("A6", "a fresh N_L for each ask", "the same");
  if (first.ephemeral == second.ephemeral) throw Failed("A6", "a fresh E_L for each ask", "the same");
  if (first.identity != second.identity) throw Failed("A11", "the same I_L in each ask", "another one");
}

void refuses_a_forged_answer(Subject& lock) {
  constexpr std::size_t nonce = 1;
  constexpr std::size_t point = 17;
  constexpr std::size_t sealed = 81;
  activation::DoneBytes done;
  for (const std::size_t at : {nonce, point, sealed, sealed + 100}) {
    Message answer = answer_to(lock, ask(lock), done);
    answer[at] = static_cast<std::uint8_t>(answer[at] ^ 0x01);
    expect_refused(lock, answer, fmt::format("an answer with a bit of byte {} changed", at));
  }
  Message answer = answer_to(lock, ask(lock), done);
  answer.back() = static_cast<std::uint8_t>(answer.back() ^ 0x80);
  expect_refused(lock, answer, "an answer with a changed tag");
}

void refuses_a_torn_answer(Subject& lock) {
  activation::DoneBytes done;
  for (const std::size_t size : {1u, 80u, 100u}) {
    Message answer = answer_to(lock, ask(lock), done);
    answer.resize(size);
    expect_refused(lock, answer, fmt::format("the first {} bytes of an answer", size));
  }
  Message longer = answer_to(lock, ask(lock), done);
  longer.push_back(0);
  expect_refused(lock, longer, "an answer with a byte behind it");
}

void refuses_a_strangers_answer(Subject& lock) {
  const Message said = ask(lock);
  Secret<activation::claim_secret_size_bytes> guess = lock.platform.record().factory.claim_secret;
  guess.mutable_bytes()[0] = static_cast<std::uint8_t>(guess.bytes()[0] ^ 1);
  activation::DoneBytes done;
  Message answer(activation::answer_size_bytes_max);
  answer.resize(
      client::need(activation::seal_answer(lock.provider, guess, said, lock.platform.gift(lock.now()), answer, done)));
  expect_refused(lock, answer, "an answer of somebody who has not the label");
}

void refuses_an_answer_to_another_ask(Subject& lock) {
  activation::DoneBytes done;
  const Message old = answer_to(lock, ask(lock), done);
  lock.bearer.hang_up();
  static_cast<void>(ask(lock));
  expect_refused(lock, old, "an answer to an earlier ask");
}

void survives_half_an_activation(Subject& lock) {
  static_cast<void>(ask(lock));
  lock.bearer.hang_up();
  lock.restart();
  static_cast<void>(ask(lock));
  lock.bearer.hang_up();
}

/// Two places where the power goes: at the first flash operation, and some way into the write. More of them would only say the
/// same, and each is a start of the lock.
constexpr std::uint32_t activation_cuts[] = {1, 2};

/// True when the lock is the platform's after the power went, or when it had done all before.
bool is_claimed_after_a_cut(Subject& lock, std::uint32_t operation) {
  const Message said = ask(lock);
  activation::DoneBytes done;
  const Message answer = answer_to(lock, said, done);
  try {
    lock.cut_at(operation);
  } catch (const Skipped&) {
    lock.bearer.hang_up();
    throw;
  }
  lock.bearer.send(answer);
  const std::optional<Message> message = lock.bearer.receive(lock.patience.answer);
  const bool was_done = message && std::ranges::equal(*message, done);
  lock.restart();
  lock.hands.press();
  const Message first = lock.connect("A4");
  lock.bearer.hang_up();
  const bool is_unclaimed = !first.empty() && first[0] == activation::ask_type;
  if (is_unclaimed && was_done)
    throw Failed("A4", fmt::format("done when the gift is durable, also when the power goes at flash operation {}", operation),
                 "done, and an ask after it");
  if (is_unclaimed) return false;
  lock.identity = activation::decode_ask(said)->identity;
  lock.greet("A4");
  lock.settle();
  return true;
}

/// A lock that wrote faster than the power went is claimed then, by all that was in the gift.
void is_activated_wholly_or_not_at_all(Subject& lock) {
  if (lock.cuts_max == 0) throw Skipped("--cuts 0");
  for (const std::uint32_t operation : lock.cuts_of(activation_cuts))
    if (is_claimed_after_a_cut(lock, operation)) return;
}

void becomes_the_platforms(Subject& lock) {
  if (lock.identity != P256Point{}) throw Skipped("it became the platform's when the power was cut");
  const Message said = ask(lock);
  activation::DoneBytes done;
  lock.bearer.send(answer_to(lock, said, done));
  const std::optional<Message> message = lock.bearer.receive(lock.patience.answer);
  if (!message) throw Failed("A4", "done, in answer to a good answer", "nothing");
  if (!std::ranges::equal(*message, done))
    throw Failed("A4", "done with the MAC under the K_auth of the gift", fmt::format("{} other bytes", message->size()));
  lock.identity = activation::decode_ask(said)->identity;
  lock.greet("A4");
  lock.settle();
}

void is_claimed_for_good(Subject& lock) {
  try {
    lock.restart();
  } catch (const Skipped&) {
    lock.bearer.hang_up();
  }
  lock.hands.press();
  const Message first = lock.connect("A4");
  if (!first.empty() && first[0] == activation::ask_type)
    throw Failed("A4", "M1: what was given lasts over a restart", "an ask");
  Message answer(activation::answer_size_bytes_max, 0x61);
  answer.resize(200);
  lock.bearer.send(answer);
  if (lock.bearer.receive(lock.patience.silence))
    throw Failed("A6", "nothing is said to an answer at a claimed lock", "a message");
  lock.bearer.hang_up();
  lock.greet("A6");
}

constexpr Case cases[] = {
    {"activation: waits for the button", "A1", waits_for_the_button},
    {"activation: asks with its label", "A1 A2 A11", asks_with_its_label},
    {"activation: each ask is fresh", "A6 A11", asks_afresh},
    {"activation: refuses a forged answer", "A6", refuses_a_forged_answer},
    {"activation: refuses a torn answer", "A6", refuses_a_torn_answer},
    {"activation: refuses a stranger's answer", "A6", refuses_a_strangers_answer},
    {"activation: refuses an answer to another ask", "A6", refuses_an_answer_to_another_ask},
    {"activation: half of one leaves it as it was", "A4", survives_half_an_activation},
    {"power: an activation is whole or none, wherever it goes", "A4", is_activated_wholly_or_not_at_all},
    {"activation: becomes the platform's", "A4 A9", becomes_the_platforms},
    {"activation: is claimed for good", "A4 A6", is_claimed_for_good},
};

}  // namespace

std::span<const Case> activation_cases() { return cases; }

}  // namespace cardea::conform
