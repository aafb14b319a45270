// SPDX-License-Identifier: Apache-2.0
// Answers to a lock's ask: any bytes, and gifts of any content by somebody who has the label (a provider that does not encipher
// stands for that). Held against it: a lock that says *done* is claimed, also after a restart; one that does not is the
// unclaimed lock that it was, and the true answer to its next ask is good.
#include "core/base/testing/fuzz.hpp"
#include "core/crypto/testing/forwarding_provider.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;

constexpr RunMillis t0{5'000};

/// While it is open, what it seals anybody can read and write.
class GlassProvider final : public ForwardingProvider {
 public:
  using ForwardingProvider::ForwardingProvider;
  Status ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) override {
    if (!open) return ForwardingProvider::ccm_seal(key, nonce, aad, plain, sealed);
    std::ranges::copy(plain, sealed.begin());
    return Status::kOk;
  }
  Status ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) override {
    if (!open) return ForwardingProvider::ccm_open(key, nonce, aad, sealed, plain);
    std::copy_n(sealed.begin(), plain.size(), plain.begin());
    return Status::kOk;
  }
  bool open = false;
};

class Bench {
 public:
  explicit Bench(link::LockClass lock_class) : platform_(provider_, lock_class) {
    platform_.set_slot(0, 0, false, true);
    platform_.set_slot(7, 3, true);
    if (lock_class == link::LockClass::kUnprotected) platform_.set_schedule(sim_start, 48);
    begin();
    require(lock_->make(platform_.record().factory) == Status::kOk);
    made_ = world_.flash;
  }

  void try_answer(ByteReader& in) {
    world_.flash = made_;
    begin();
    require(lock_->boot() == Status::kOk && lock_->press().opened);
    const std::uint8_t choice = in.u8();
    const bool by_file = (choice & 1) != 0;
    const Result<activation::AskBytes> ask = by_file ? activation_->ask_file() : activation_->ask(t0);
    require(ask.ok());
    activation::DoneBytes expected{};
    provider_.open = (choice & 2) != 0;
    std::vector<std::uint8_t> answer = platform_.answer(*ask, sim_start, expected);
    if ((choice & 4) != 0) answer.resize(std::min<std::size_t>(in.u16(), activation::answer_size_bytes_max));
    // The first 81 bytes make the key, and what is changed there is no gift any more.
    const std::size_t from = (choice & 8) != 0 ? 0 : 81;
    while (in.rest().size() > 2 && answer.size() > from) answer[from + in.u16() % (answer.size() - from)] = in.u8();
    activation::DoneBytes done{};
    const Status status = by_file ? activation_->answer_file(answer) : activation_->answer(answer, t0, done);
    provider_.open = false;
    require(lock_->claimed() == (status == Status::kOk));
    const bool claimed = lock_->claimed();
    begin();
    require(lock_->boot() == Status::kOk && lock_->claimed() == claimed);
    if (!claimed) expect_unharmed();
  }

 private:
  void begin() {
    activation_.reset();
    lock_.reset();
    world_.flash.restore_power();
    lock_ = std::make_unique<Lock>(port_of(world_, provider_));
    activation_ = std::make_unique<Activation>(*lock_);
  }
  void expect_unharmed() {
    require(lock_->press().opened);
    const Result<activation::AskBytes> ask = activation_->ask(t0);
    require(ask.ok());
    activation::DoneBytes expected{};
    activation::DoneBytes done{};
    require(activation_->answer(platform_.answer(*ask, sim_start, expected), t0, done) == Status::kOk && done == expected);
  }

  OpensslProvider openssl_{512};
  GlassProvider provider_{openssl_};
  SimPlatform platform_;
  World world_ = blank_world();
  SimFlash made_ = world_.flash;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Activation> activation_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench protected_lock(link::LockClass::kProtected);
  static Bench unprotected_lock(link::LockClass::kUnprotected);
  ByteReader in(ByteSpan(data, size));
  ((in.u8() & 1) != 0 ? protected_lock : unprotected_lock).try_answer(in);
  return 0;
}
