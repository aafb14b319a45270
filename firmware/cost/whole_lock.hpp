// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a protected lock takes from its factory to a phone before it: whatever it does, over its bearers too. The platform's and
// the phone's part are played beside it and not counted.

#include "core/grant/visitor.hpp"
#include "firmware/cost/bearssl_side.hpp"
#include "firmware/cost/simple_parts.hpp"
#include "firmware/cost/small_image.hpp"
#include "lock/link/files.hpp"
#include "lock/link/link.hpp"
#include "lock/near/near.hpp"

namespace cardea::firmware {

/// The first message after forget(), in full.
class FirstMessage final : public LinkSink {
 public:
  void send(ByteSpan message) override {
    if (size_ != 0) return;
    std::ranges::copy(message, bytes_.begin());
    size_ = message.size();
  }
  void close() override { must(false); }
  void forget() { size_ = 0; }
  [[nodiscard]] ByteSpan message() const { return ByteSpan(bytes_).first(size_); }

 private:
  Bytes<link_out_size_bytes> bytes_{};
  std::size_t size_ = 0;
};

/// The lock's answer to a phone, put together.
class AnswerOfLock final : public NearSink {
 public:
  void send(ByteSpan packet) override {
    const auto whole = reassembler_.take(packet);
    must(whole.ok());
    if (*whole) answer_ = **whole;
  }
  ByteSpan take() { return std::exchange(answer_, {}); }

 private:
  session::Reassembler::Memory<near_message_size_bytes_max> memory_;
  session::Reassembler reassembler_{memory_};
  ByteSpan answer_;
};

class WholeLock {
 public:
  void count() {
    Factory factory;
    factory.lock = id_;
    factory.claim_secret = secret_;
    must(lock_.make(factory) == Status::kOk);
    must(lock_.press().opened);
    activate();
    say_cost("lock/start", [&] { return lock_.boot() == Status::kOk; });
    say_cost("lock/typed_code", [&] { return lock_.enter(Digits::parse("12345678")).verdict == Verdict::kRefused; });
    say_cost("lock/button", [&] { return lock_.press().opened; });
    must(flash_of_images_.program(slot_at(0), running_.bytes()) == Status::kOk);
    must(updater_.boot() == Status::kOk);
    connect();
    say_to_lock("lock/desired_state", link::Desired{2, encoded_snapshot()});
    must(lock_.applied_version() == 2);
    say_to_lock("lock/receipt", receipt_of_newest());
    must(lock_.log().state().receipt_seq != 0);
    say_to_lock("lock/image_offer", update::Offer{static_cast<std::uint32_t>(next_.bytes().size()), next_.digest(), 1, {}});
    say_to_lock("lock/image", update::Piece{next_.digest(), 0, next_.bytes()});
    must(updater_.report().state == update::ImageState::kWaiting);
    say_by_file();
    visit();
  }

 private:
  void activate() {
    const activation::AskBytes ask = activation_.ask({}).value();
    gift_.key = KeyBytes(Bytes<32>{3});
    gift_.desired_version = 1;
    gift_.snapshot.slot_count = 1;
    gift_.snapshot.slots[0].sms = true;
    gift_.snapshot.takes_keys = true;
    gift_.snapshot.denials.number = 1;
    gift_.time = now_s;
    platform_key_ = platform_.provider.p256_generate(KeyKind::kSign, gift_.platform_identity).value();
    grant_key_ = platform_.provider.p256_generate(KeyKind::kSign, gift_.snapshot.grant_key).value();
    activation::DoneBytes done;
    const std::size_t size = activation::seal_answer(platform_.provider, secret_, ask, gift_, answer_, done).value();
    const AnswerRoom room{plain_, opened_};
    say_cost("lock/activation",
             [&] { return activation_.answer(ByteSpan(answer_).first(size), {}, room, done) == Status::kOk; });
  }

  /// session.md §2; the platform responds.
  void connect() {
    Provider& provider = platform_.provider;
    const ScopedKey lock_key(provider, provider.import_key(KeyKind::kMac, gift_.key).value());
    const ScopedKey session_key(provider, link::derive_session_key(provider, lock_key.handle(), id_).value());
    const session::SharedKey key = link::share_key(provider, session_key.handle(), id_, gift_.workspace, gift_.key_id).value();
    const session::Ratchet at{0, gift_.session_chain};
    session::Responder responder(provider, key, at);
    Cost cost;
    cost.count([&] {
      link_.connected({});
      return true;
    });
    const session::M2 m2 = responder.answer(to_platform_.message()).value();
    to_platform_.forget();
    cost.count([&] {
      link_.received(m2, {});
      return link_.open();
    });
    session::Agreement agreement;
    must(responder.finish(to_platform_.message(), agreement) == Status::kOk);
    stream_ = session::Stream::start(provider, agreement).value();
    say({"link/handshake/cycles"}, cost.cycles);
    say({"link/handshake/stack"}, cost.stack);
  }

  template <class Message>
  void say_to_lock(std::string_view name, const Message& message) {
    ByteWriter out(MutableByteSpan(record_).subspan(session::record_head_size_bytes));
    encode(message, out);
    const std::size_t size = stream_->seal(out.written(), record_).value();
    say_cost(name, [&] {
      link_.received(ByteSpan(record_).first(size), {});
      return link_.open();
    });
  }

  ByteSpan encoded_snapshot() {
    ByteWriter out(plain_);
    must(link::encode(gift_.snapshot, link::LockClass::kProtected, out) == Status::kOk);
    return out.written();
  }

  link::Receipt receipt_of_newest() {
    const audit::Record newest = *lock_.log().newest();
    link::Receipt receipt{.seq = newest.seq};
    const auto input = link::receipt_input(id_, newest.seq, newest.tag);
    must(platform_.provider.p256_sign(platform_key_, input, receipt.signature) == Status::kOk);
    return receipt;
  }

  /// The lock's file, and one that answers it with a receipt.
  void say_by_file() {
    std::size_t size = 0;
    say_cost("lock/file_out", [&] {
      size = write_link_file(lock_, record_).value();
      return true;
    });
    const link::Nonce nonce = link::decode_file_header(ByteSpan(record_).first(size)).value().nonce;
    Bytes<256> receipt{};
    ByteWriter message(receipt);
    encode(receipt_of_newest(), message);
    ByteWriter list(plain_);
    link::append_to_list(message.written(), list);
    Provider& provider = platform_.provider;
    const ScopedKey lock_key(provider, provider.import_key(KeyKind::kMac, gift_.key).value());
    const ScopedKey session_key(provider, link::derive_session_key(provider, lock_key.handle(), id_).value());
    size = link::seal_file(provider, session_key.handle(), {link::FileKind::kToLock, id_, nonce, {}}, list.written(), answer_)
               .value();
    say_cost("lock/file", [&] { return read_link_file(lock_, ByteSpan(answer_).first(size), plain_)->receipt_seq != 0; });
  }

  static constexpr std::uint32_t slot_at(std::uint32_t slot) { return (8 + 8 * slot) * flash_sector_size_bytes; }

  /// A phone brings the newest list and shows its virtual key; the cost of all that it says to the lock.
  void visit() {
    P256Point point{};
    const KeyHandle phone_key = phone_.provider.p256_generate(KeyKind::kAgree, point).value();
    P256Point lock_identity{};
    must(lock_.identity(lock_identity) == Status::kOk);
    grant::Visitor visitor(phone_.provider, {id_, lock_identity, phone_key, lease(point), list()});
    near_.connected();
    near_.poll({});
    Cost cost;
    std::uint8_t number = 0;
    for (std::size_t size = visitor.begin(message_).value(); !visitor.answer();) {
      session::Fragmenter pieces(ByteSpan(message_).first(size), ++number, packet_.size());
      while (!pieces.done()) {
        const std::size_t packet_size = pieces.next(packet_);
        cost.count([&] {
          near_.received(ByteSpan(packet_).first(packet_size), {});
          return true;
        });
      }
      size = visitor.take(to_phone_.take(), message_).value();
    }
    must(visitor.answer()->opened && visitor.listed()->status == Status::kOk);
    say({"near/visit/cycles"}, cost.cycles);
    say({"near/visit/stack"}, cost.stack);
  }

  ByteSpan lease(const P256Point& phone) {
    Bytes<grant::grant_size_bytes_max> claim{};
    ByteWriter claim_out(claim);
    must(encode(grant::Grant{.lock = id_, .serial = 1}, claim_out) == Status::kOk);
    const session::NewCredential what{ascii("phone"), {now_s}, {now_s + 3'600}, false, Bytes<1>{1}, phone, claim_out.written()};
    cbor::Writer out(credential_);
    must(session::write_cwt(platform_.provider, grant_key_, {}, what, out) == Status::kOk);
    return out.written();
  }

  ByteSpan list() {
    ByteWriter out(list_);
    must(grant::sign(platform_.provider, grant_key_, id_, grant::Denials{.number = 2}, out) == Status::kOk);
    return out.written();
  }

  static constexpr std::uint64_t now_s = 1'800'000'000;
  LockId id_{{7}};
  RamFlash flash_;
  StoodCounter counter_;
  EasyMotor motor_;
  NoSensors sensors_;
  BearsslSide<lock_key_handle_count_max + 8 + near_handle_count_max> side_{9};
  Lock lock_{{flash_,
              {0, 16 * flash_sector_size_bytes},
              {16 * flash_sector_size_bytes, 16 * flash_sector_size_bytes},
              counter_,
              motor_,
              sensors_,
              side_.provider}};
  Activation activation_{lock_};
  BearsslSide<> maker_{77};
  P256Point anchor_{};
  KeyHandle maker_key_ = maker_.provider.p256_generate(KeyKind::kSign, anchor_).value();
  SmallImage running_{maker_.provider, maker_key_, anchor_, 1};
  SmallImage next_{maker_.provider, maker_key_, anchor_, 2};
  RamFlash flash_of_images_;
  update::UpdatePort update_port_{
      .flash = flash_of_images_,
      .slots = {{slot_at(0), 8 * flash_sector_size_bytes}, {slot_at(1), 8 * flash_sector_size_bytes}},
      .journal = {0, 4 * flash_sector_size_bytes},
      .hardware = {},
      .anchors = {&anchor_, 1},
      .provider = side_.provider};
  update::Updater updater_{update_port_, 0};
  FirstMessage to_platform_;
  Link link_{lock_, activation_, to_platform_, &updater_};
  AnswerOfLock to_phone_;
  Near near_{lock_, to_phone_, packet_size_bytes};
  BearsslSide<> platform_{33};
  BearsslSide<> phone_{55};
  KeyHandle platform_key_;
  KeyHandle grant_key_;
  Secret<activation::claim_secret_size_bytes> secret_;
  activation::Gift gift_;
  activation::OpenedGift opened_;
  std::optional<session::Stream> stream_;
  Bytes<activation::gift_size_bytes_max> plain_{};
  Bytes<activation::answer_size_bytes_max> answer_{};
  Bytes<link_in_size_bytes> record_{};
  static constexpr std::size_t packet_size_bytes = 20;
  Bytes<packet_size_bytes> packet_{};
  Bytes<grant::visitor_message_size_bytes_max> message_{};
  Bytes<session::credential_size_bytes_max> credential_{};
  Bytes<grant::list_size_bytes_max> list_{};
};

}  // namespace cardea::firmware
