// SPDX-License-Identifier: Apache-2.0
// spec/vectors/edhoc_rfc9529.json is RFC 9529, chapters 3 and 4; edhoc_v1.json was made by tests/session/edhoc_test.py with
// python3-cryptography, which shares no code with core/session and computes the RFC's chapter 3 as well.
#include "core/session/edhoc.hpp"

#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "core/crypto/testing/counting_provider.hpp"
#include "core/session/records.hpp"
#include "core/session/testing/scripted_provider.hpp"
#include "drivers/crypto/gm/testing/host_gm.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

const json::object& rfc() {
  static const json::object parsed = read_vector_file("edhoc_rfc9529.json");
  return parsed;
}
const json::object& vectors() {
  static const json::object parsed = read_vector_file("edhoc_v1.json");
  return parsed;
}

KeyBytes secret_of(const json::value& hex) { return KeyBytes(array_of_hex<32>(hex)); }
Buffer buffer(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }
Buffer bytes_of(const KeyBytes& key) { return buffer(key.bytes()); }

/// One side: its provider, which a test may script, its credential, and whom it believes.
struct Side {
  Side(const Buffer& credential, CredentialForm form, const KeyBytes& private_key, Suite suite = Suite::kIntl)
      : provider(suite == Suite::kGm ? static_cast<Provider&>(gm.provider) : openssl), stored(credential) {
    P256Point ignored;
    own = {provider.p256_import(KeyKind::kAgree, private_key, ignored).value(), stored, form};
  }
  Side(const Side&) = delete;
  void know(ByteSpan ccs) {
    known.push_back(ccs);
    trust.known = known;
  }

  OpensslProvider openssl;
  HostGm gm;
  ScriptedProvider provider;
  Buffer stored;
  OwnCredential own;
  std::vector<ByteSpan> known;
  Trust trust;
};

/// Both sides of the RFC's trace.
struct Trace {
  Trace()
      : i(bytes_of_hex(values().at("cred_i")), CredentialForm::kKid, secret_of(values().at("sk_i"))),
        r(bytes_of_hex(values().at("cred_r")), CredentialForm::kKid, secret_of(values().at("sk_r"))) {
    i.know(r.stored);
    r.know(i.stored);
    i.provider.script_pair(secret_of(values().at("x")));
    r.provider.script_pair(secret_of(values().at("y")));
  }
  static const json::object& values() { return rfc().at("trace").as_object(); }
  static Buffer value(const char* name) { return bytes_of_hex(values().at(name)); }

  static constexpr std::array<std::int8_t, 1> other_suites{6};
  Side i;
  Side r;
  EdhocInitiator initiator{i.provider, i.own, i.trust, {0x37, other_suites}};
  EdhocResponder responder{r.provider, r.own, r.trust, {.connection_id = 0x27}};
};

Buffer started(EdhocInitiator& initiator) {
  Buffer message(edhoc_message_size_bytes_max);
  message.resize(initiator.start(message).value());
  return message;
}
Buffer answered(EdhocResponder& responder, ByteSpan message_1) {
  Buffer message(edhoc_message_size_bytes_max);
  message.resize(responder.answer(message_1, message).value());
  return message;
}
struct Finished {
  Status status = Status::kOk;
  Buffer message_3;
  EdhocAgreement agreement;
};
Finished finished(EdhocInitiator& initiator, ByteSpan message_2) {
  Finished out;
  out.message_3.resize(edhoc_message_size_bytes_max);
  const Result<std::size_t> size = initiator.finish(message_2, out.message_3, out.agreement);
  out.status = size.status();
  out.message_3.resize(size.ok() ? *size : 0);
  return out;
}
Result<EdhocAgreement> finished(EdhocResponder& responder, ByteSpan message_3) {
  EdhocAgreement agreement;
  CARDEA_TRY(responder.finish(message_3, agreement));
  return agreement;
}

// [rule: SE15]
TEST(Edhoc, SaysAndDerivesWhatRfc9529Prints) {
  Trace trace;
  const Buffer message_1 = started(trace.initiator);
  EXPECT_EQ(message_1, Trace::value("message_1"));
  const Buffer message_2 = answered(trace.responder, message_1);
  EXPECT_EQ(message_2, Trace::value("message_2"));
  const Finished of_i = finished(trace.initiator, message_2);
  ASSERT_EQ(of_i.status, Status::kOk);
  EXPECT_EQ(of_i.message_3, Trace::value("message_3"));
  const EdhocAgreement of_r = finished(trace.responder, of_i.message_3).value();
  EXPECT_EQ(message_2.size(), 45u);
  EXPECT_EQ(of_i.message_3.size(), 19u);

  const json::object& exported = vectors().at("exported_rfc9529").as_object();
  EXPECT_EQ(bytes_of(of_i.agreement.out), bytes_of_hex(exported.at("s_ab")));
  EXPECT_EQ(bytes_of(of_i.agreement.in), bytes_of_hex(exported.at("s_ba")));
  EXPECT_EQ(bytes_of(of_r.in), bytes_of_hex(exported.at("s_ab")));
  EXPECT_EQ(bytes_of(of_r.out), bytes_of_hex(exported.at("s_ba")));
  EXPECT_EQ(bytes_of(of_r.export_key), bytes_of_hex(exported.at("k_export")));
  EXPECT_EQ(buffer(of_i.agreement.subject()), buffer(ascii("example.edu")));
  EXPECT_EQ(buffer(of_r.subject()), buffer(ascii("42-50-31-FF-EF-37-32-39")));
}

// [rule: SE16]
TEST(Edhoc, AnswersAnotherSuiteWithItsOwnAndNeverSpeaksIt) {
  Trace trace;
  Buffer out(edhoc_message_size_bytes_max);
  EXPECT_EQ(trace.responder.answer(bytes_of_hex(rfc().at("first_message_1")), out).status(), Status::kUnsupported);
  EXPECT_EQ(buffer(edhoc_wrong_suite), bytes_of_hex(rfc().at("error")));
  (void)started(trace.initiator);
  EXPECT_EQ(finished(trace.initiator, edhoc_wrong_suite).status, Status::kUnsupported);
}

// [rule: SE16]
TEST(Edhoc, AnOfferThatWasChangedOnItsWayEndsTheHandshake) {
  Trace trace;
  const Buffer offered = started(trace.initiator);  // 6 and then 2
  Buffer stripped = offered;
  stripped.erase(stripped.begin() + 1, stripped.begin() + 3);
  ASSERT_EQ(stripped.size(), 37u);
  EXPECT_NE(finished(trace.initiator, answered(trace.responder, stripped)).status, Status::kOk);
  Buffer twice = offered;
  twice[2] = 0x02;  // 2 and then 2
  Buffer out(edhoc_message_size_bytes_max);
  EXPECT_EQ(trace.responder.answer(twice, out).status(), Status::kUnsupported)
      << "the first common suite is not the chosen one";
}

// [rule: SE15]
TEST(Edhoc, RefusesEveryInvalidTraceOfRfc9529) {
  std::size_t refused = 0;
  for (const json::value& vector : rfc().at("invalid").as_array()) {
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    Trace trace;
    const Buffer bytes = bytes_of_hex(vector.at("bytes"));
    const Buffer message_1 = started(trace.initiator);
    if (vector.at("what") == "message_1") {
      Buffer out(edhoc_message_size_bytes_max);
      EXPECT_FALSE(trace.responder.answer(bytes, out).ok());
      ++refused;
    } else if (vector.at("what") == "message_2") {
      EXPECT_EQ(finished(trace.initiator, bytes).status, Status::kMalformed);
      ++refused;
    }
  }
  for (const json::value& vector : vectors().at("invalid_message_2").as_array()) {  // around an invalid PLAINTEXT_2
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    Trace trace;
    (void)started(trace.initiator);
    EXPECT_EQ(finished(trace.initiator, bytes_of_hex(vector.at("message_2"))).status, Status::kMalformed);
    ++refused;
  }
  EXPECT_EQ(refused, rfc().at("invalid").as_array().size());
}

Suite suite_of(const json::value& vector) { return vector.at("suite").to_number<int>() == 2 ? Suite::kIntl : Suite::kGm; }

CredentialForm form_of(const json::value& name) {
  if (name == "cwt") return CredentialForm::kCwt;
  return name == "ccs" ? CredentialForm::kCcs : CredentialForm::kKid;
}

/// Both sides of one of our own vectors.
struct Meeting {
  explicit Meeting(const json::value& vector)
      : i(bytes_of_hex(vector.at("cred_i")), form_of(vector.at("form_i")), secret_of(vector.at("sk_i")), suite_of(vector)),
        r(bytes_of_hex(vector.at("cred_r")), form_of(vector.at("form_r")), secret_of(vector.at("sk_r")), suite_of(vector)) {
    i.know(r.stored);
    r.know(i.stored);
    for (Side* side : {&i, &r}) {
      side->trust.workspace = array_of_hex<64>(vector.at("workspace"));
      side->trust.now = UnixSeconds{vector.at("now").to_number<std::uint64_t>()};
    }
    i.provider.script_pair(secret_of(vector.at("x")));
    r.provider.script_pair(secret_of(vector.at("y")));
  }
  Side i;
  Side r;
  EdhocInitiator initiator{i.provider, i.own, i.trust, {.connection_id = 0x00}};
  EdhocResponder responder{r.provider, r.own, r.trust, {.connection_id = 0x20}};
};

// [rule: SE15] [rule: SE17] [rule: SE18]
TEST(Edhoc, HandshakesOfEveryFormAreThoseOfTheSecondImplementation) {
  for (const json::value& vector : vectors().at("handshakes").as_array()) {
    Meeting meeting(vector);
    SCOPED_TRACE(std::string(vector.at("subject_i").as_string()) + " to " + std::string(vector.at("subject_r").as_string()));
    const Buffer message_1 = started(meeting.initiator);
    EXPECT_EQ(message_1, bytes_of_hex(vector.at("message_1")));
    const Buffer message_2 = answered(meeting.responder, message_1);
    EXPECT_EQ(message_2, bytes_of_hex(vector.at("message_2")));
    const Finished of_i = finished(meeting.initiator, message_2);
    ASSERT_EQ(of_i.status, Status::kOk);
    EXPECT_EQ(of_i.message_3, bytes_of_hex(vector.at("message_3")));
    const EdhocAgreement of_r = finished(meeting.responder, of_i.message_3).value();
    EXPECT_EQ(bytes_of(of_i.agreement.out), bytes_of_hex(vector.at("s_ab")));
    EXPECT_EQ(bytes_of(of_r.in), bytes_of_hex(vector.at("s_ab")));
    EXPECT_EQ(bytes_of(of_r.out), bytes_of_hex(vector.at("s_ba")));
    EXPECT_EQ(bytes_of(of_i.agreement.export_key), bytes_of_hex(vector.at("k_export")));
    EXPECT_EQ(std::string(of_r.subject().begin(), of_r.subject().end()), vector.at("subject_i").as_string());
    EXPECT_EQ(std::string(of_i.agreement.subject().begin(), of_i.agreement.subject().end()),
              vector.at("subject_r").as_string());
    EXPECT_EQ(of_r.peer_until.has_value(), vector.at("form_i") == "cwt");
  }
}

// [rule: SE15]
TEST(Edhoc, RefusesEveryFlippedBitAndTruncationInEveryForm) {
  for (const json::value& vector : vectors().at("handshakes").as_array()) {
    SCOPED_TRACE(std::string(vector.at("subject_i").as_string()));
    const Buffer message_1 = bytes_of_hex(vector.at("message_1"));
    const Buffer message_2 = bytes_of_hex(vector.at("message_2"));
    const Buffer message_3 = bytes_of_hex(vector.at("message_3"));
    Meeting meeting(vector);
    Buffer out(edhoc_message_size_bytes_max);
    // SM2 takes its time under the sanitizers: a bit of most bytes in its shortest form, and of the others fewer.
    const bool is_gm = suite_of(vector) == Suite::kGm;
    const std::size_t step = !is_gm ? 1 : vector.at("subject_i") == "phone kid" ? 13 : 211;
    const auto each_wrong = [step](const Buffer& message, const auto& check) {
      for (std::size_t size = 0; size < message.size(); size += step) check(buffer(ByteSpan(message).first(size)));
      for (std::size_t bit = 0; bit < message.size() * 8; bit += step) {
        Buffer bent = message;
        bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
        check(bent);
      }
    };
    each_wrong(message_2, [&](const Buffer& bent) {
      meeting.i.provider.script_pair(secret_of(vector.at("x")));
      (void)started(meeting.initiator);
      EXPECT_NE(finished(meeting.initiator, bent).status, Status::kOk);
    });
    each_wrong(message_3, [&](const Buffer& bent) {
      meeting.r.provider.script_pair(secret_of(vector.at("y")));
      EXPECT_EQ(answered(meeting.responder, message_1), message_2);
      EXPECT_NE(finished(meeting.responder, bent).status(), Status::kOk);
    });
    each_wrong(message_1, [&](const Buffer& bent) {  // answered or not: the initiator never takes what comes of it
      meeting.i.provider.script_pair(secret_of(vector.at("x")));
      (void)started(meeting.initiator);
      const Result<std::size_t> size = meeting.responder.answer(bent, out);
      EXPECT_TRUE(!size.ok() || finished(meeting.initiator, ByteSpan(out).first(*size)).status != Status::kOk);
    });
  }
}

/// The vectors whose sides store each other's CCS, of intl and of gm, with the same kids.
const json::value& by_kid(int suite) {
  for (const json::value& vector : vectors().at("handshakes").as_array())
    if (vector.at("suite").to_number<int>() == suite) return vector;
  CARDEA_ASSERT(false);
}

// [rule: SE16]
TEST(Edhoc, ASideOfBothSuitesIsNeverTakenBackToTheOneThatWasOfferedLast) {
  for (const int wanted : {2, -24}) {
    const int worse = wanted == 2 ? -24 : 2;
    SCOPED_TRACE(wanted);
    Meeting good(by_kid(wanted));
    Meeting bad(by_kid(worse));
    const std::array<std::int8_t, 1> better{static_cast<std::int8_t>(wanted)};
    const std::array<std::int8_t, 1> other{static_cast<std::int8_t>(worse)};
    // A device of both: one responder a suite, and each knows of the other.
    EdhocResponder of_wanted(good.r.provider, good.r.own, good.r.trust, {0x20, other});
    EdhocResponder of_worse(bad.r.provider, bad.r.own, bad.r.trust, {0x20, better});
    Buffer out(edhoc_message_size_bytes_max);

    const Buffer first = started(good.initiator);
    EXPECT_EQ(first[1], wanted == 2 ? 0x02 : 0x37);
    EXPECT_EQ(of_worse.answer(first, out).status(), Status::kUnsupported) << "another suite is chosen";
    // Somebody between them answers that the device has the other suite only; the initiator offers both.
    EXPECT_EQ(finished(good.initiator, worse == 2 ? edhoc_wrong_suite : edhoc_wrong_suite_gm).status, Status::kUnsupported);
    EdhocInitiator second(bad.i.provider, bad.i.own, bad.i.trust, {0x00, better});
    const Buffer both = started(second);
    EXPECT_EQ(of_worse.answer(both, out).status(), Status::kUnsupported) << "what was offered first is spoken here";
    EXPECT_EQ(of_wanted.answer(both, out).status(), Status::kUnsupported);
    // Who has the other suite only speaks it; and an offer that was cut on its way agrees with nobody.
    const Buffer answer = answered(bad.responder, both);
    EXPECT_EQ(finished(second, answer).status, Status::kOk);
    const Buffer again = started(second);
    Buffer stripped = again;
    stripped.erase(stripped.begin() + 1, stripped.begin() + 3);
    EXPECT_NE(finished(second, answered(of_worse, stripped)).status, Status::kOk);
  }
}

// [rule: SE17]
TEST(Edhoc, ACredentialOfTheOtherSuiteIsNone) {
  Meeting intl(by_kid(2));
  Meeting gm(by_kid(-24));
  Buffer out(edhoc_message_size_bytes_max);
  EdhocInitiator mistaken(intl.i.provider, {intl.i.own.key, gm.i.stored, CredentialForm::kKid}, intl.i.trust, {});
  EXPECT_EQ(mistaken.start(out).status(), Status::kMalformed);
  intl.r.known = {gm.i.stored};  // the kid is the same
  intl.r.trust.known = intl.r.known;
  const Finished done = finished(intl.initiator, answered(intl.responder, started(intl.initiator)));
  ASSERT_EQ(done.status, Status::kOk);
  EXPECT_EQ(finished(intl.responder, done.message_3).status(), Status::kMalformed);
}

// [rule: SE15]
TEST(Edhoc, TakesEachMessageOnceAndNoneOfAnotherHandshake) {
  const json::value& vector = vectors().at("handshakes").at(0);
  Meeting meeting(vector);
  const Buffer message_1 = started(meeting.initiator);
  const Buffer message_2 = answered(meeting.responder, message_1);
  Buffer out(edhoc_message_size_bytes_max);
  EXPECT_EQ(meeting.responder.answer(message_1, out).status(), Status::kStale) << "send message_2 again";
  const Finished done = finished(meeting.initiator, message_2);
  ASSERT_EQ(done.status, Status::kOk);
  EXPECT_EQ(finished(meeting.initiator, message_2).status, Status::kNotReady);
  ASSERT_TRUE(finished(meeting.responder, done.message_3).ok());
  EXPECT_EQ(finished(meeting.responder, done.message_3).status(), Status::kNotReady);
  (void)answered(meeting.responder, message_1);  // replayed, against a fresh pair of the responder
  EXPECT_NE(finished(meeting.responder, done.message_3).status(), Status::kOk);
  (void)started(meeting.initiator);
  EXPECT_NE(finished(meeting.initiator, message_2).status, Status::kOk);
}

TEST(Edhoc, APairThatIsMadeAheadServesTheNextHandshakeAndDisturbsNoneThatWaits) {
  const json::value& vector = vectors().at("handshakes").at(0);
  Meeting meeting(vector);
  ASSERT_EQ(meeting.responder.prepare(), Status::kOk);
  ASSERT_EQ(meeting.responder.prepare(), Status::kOk) << "the same pair still";
  const Buffer message_2 = answered(meeting.responder, started(meeting.initiator));
  EXPECT_EQ(message_2, bytes_of_hex(vector.at("message_2")));
  ASSERT_EQ(meeting.responder.prepare(), Status::kOk);
  EXPECT_TRUE(finished(meeting.responder, finished(meeting.initiator, message_2).message_3).ok());
  EXPECT_NE(answered(meeting.responder, started(meeting.initiator)), message_2) << "no pair serves twice";
}

// [rule: SE17]
TEST(Edhoc, BelievesNobodyThatItDoesNotKnow) {
  for (const json::value& vector : vectors().at("handshakes").as_array()) {
    SCOPED_TRACE(std::string(vector.at("subject_i").as_string()));
    Meeting meeting(vector);
    const Buffer message_2 = answered(meeting.responder, started(meeting.initiator));
    const Finished done = finished(meeting.initiator, message_2);
    meeting.r.trust.known = {};
    meeting.r.trust.workspace = P256Point{};
    const Status status = finished(meeting.responder, done.message_3).status();
    EXPECT_EQ(status, vector.at("form_i") == "cwt" ? Status::kForged : Status::kNotFound);
  }
}

// [rule: SE17]
TEST(Edhoc, NeverTakesItself) {
  const json::value& vector = vectors().at("handshakes").at(0);
  Meeting meeting(vector);
  meeting.i.know(meeting.i.stored);
  EdhocResponder mirror(meeting.i.provider, meeting.i.own, meeting.i.trust, {});
  const Buffer message_1 = started(meeting.initiator);
  EXPECT_EQ(finished(meeting.initiator, answered(mirror, message_1)).status, Status::kForged);
}

// [rule: SE18]
TEST(Edhoc, ACwtIsGoodInItsWindowOnlyAndOnlyWithAClock) {
  const json::value& vector = vectors().at("handshakes").at(2);
  const std::uint64_t now = vector.at("now").to_number<std::uint64_t>();
  const auto status_at = [&vector](std::optional<UnixSeconds> time) {
    Meeting meeting(vector);
    const Finished done = finished(meeting.initiator, answered(meeting.responder, started(meeting.initiator)));
    meeting.r.trust.now = time;
    return finished(meeting.responder, done.message_3).status();
  };
  EXPECT_EQ(status_at(std::nullopt), Status::kNotReady);
  EXPECT_EQ(status_at(UnixSeconds{now - 1'001}), Status::kStale);
  EXPECT_EQ(status_at(UnixSeconds{now - 1'000}), Status::kOk);
  EXPECT_EQ(status_at(UnixSeconds{now + 86'399}), Status::kOk);
  EXPECT_EQ(status_at(UnixSeconds{now + 86'400}), Status::kStale);
}

TEST(Edhoc, OpensRecordsAndLeavesNoKeyBehind) {
  const json::value& vector = vectors().at("handshakes").at(0);
  Meeting meeting(vector);
  CountingProvider counting(meeting.r.openssl);
  EdhocResponder responder(counting, meeting.r.own, meeting.r.trust, {});
  const std::int64_t held = counting.keys_held();
  const Buffer message_2 = answered(responder, started(meeting.initiator));
  const Finished done = finished(meeting.initiator, message_2);
  const EdhocAgreement of_r = finished(responder, done.message_3).value();
  EXPECT_EQ(counting.keys_held(), held);
  RecordState at_i;
  at_i.out_secret = done.agreement.out;
  at_i.in_secret = done.agreement.in;
  RecordState at_r;
  at_r.out_secret = of_r.out;
  at_r.in_secret = of_r.in;
  Records sender = Records::open(meeting.i.provider, at_i).value();
  Records receiver = Records::open(meeting.r.provider, at_r).value();
  ASSERT_EQ(sender.reserve(1), Status::kOk);
  Buffer record(4 + record_overhead_bytes);
  ASSERT_TRUE(sender.seal(ascii("open"), record).ok());
  Buffer plain(4);
  EXPECT_EQ(receiver.take(record, plain).value(), 4u);
}

}  // namespace
}  // namespace cardea::session
