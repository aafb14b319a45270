// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "server/keys/sealed_key_store.hpp"

namespace cardea::server {
namespace {

namespace fs = std::filesystem;

class KeyStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "cardea-keys-XXXXXX").string();
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<std::unique_ptr<SealedKeyStore>, KeyStoreError> open(const std::string& passphrase = "") {
    return SealedKeyStore::open(folder_ / "keystore.sealed", {passphrase, folder_ / "platform.key"});
  }
  std::string failure(const std::string& passphrase = "") {
    const auto store = open(passphrase);
    return store.ok() ? "" : store.error().message;
  }
  std::string content(const char* name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const char* name, const std::string& bytes) { std::ofstream(folder_ / name, std::ios::binary) << bytes; }

  fs::path folder_;
};

TEST_F(KeyStoreTest, AWrongPassphraseIsRefusedAndTouchesNothing) {
  ASSERT_TRUE(open("correct horse").ok());
  const std::string before = content("keystore.sealed");
  EXPECT_NE(failure("wrong horse").find("wrong passphrase"), std::string::npos) << failure("wrong horse");
  EXPECT_NE(failure("").find("--passphrase-file"), std::string::npos) << failure("");
  EXPECT_EQ(content("keystore.sealed"), before);
  EXPECT_TRUE(open("correct horse").ok());
}

TEST_F(KeyStoreTest, AChangedOrShortenedFileIsRefused) {
  ASSERT_TRUE(open().ok());
  const std::string good = content("keystore.sealed");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bent = good;
    bent[i] = static_cast<char>(bent[i] ^ 0x40);
    put("keystore.sealed", bent);
    EXPECT_NE(failure(), "") << "byte " << i;
  }
  put("keystore.sealed", good.substr(0, good.size() - 1));
  EXPECT_NE(failure().find("wrong size"), std::string::npos);
  put("keystore.sealed", good);
  EXPECT_EQ(failure(), "");
}

TEST_F(KeyStoreTest, WithoutItsPlatformKeyItStaysShutAndMakesNoNewOne) {
  ASSERT_TRUE(open().ok());
  const std::string key = content("platform.key");
  fs::remove(folder_ / "platform.key");
  EXPECT_NE(failure().find("bring the file back"), std::string::npos) << failure();
  EXPECT_FALSE(fs::exists(folder_ / "platform.key"));
  put("platform.key", std::string(32, 'x'));
  EXPECT_NE(failure().find("does not open"), std::string::npos);
  put("platform.key", key);
  EXPECT_EQ(failure(), "");
}

TEST_F(KeyStoreTest, OnlyItsOwnerMayReadTheFiles) {
  ASSERT_TRUE(open().ok());
  for (const char* name : {"keystore.sealed", "platform.key"}) {
    struct stat info{};
    ASSERT_EQ(::stat((folder_ / name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(KeyStoreTest, APlaceThatCannotBeWrittenIsAnErrorThatSaysWhere) {
  const auto store = SealedKeyStore::open(folder_ / "nowhere" / "keystore.sealed", {"", folder_ / "platform.key"});
  ASSERT_FALSE(store.ok());
  EXPECT_NE(store.error().message.find("nowhere"), std::string::npos);
}

TEST_F(KeyStoreTest, KeepsItsIdentityOverARestart) {
  const P256Point before = (*open())->identity();
  EXPECT_EQ((*open())->identity(), before);
}

/// A lock that asks to be activated.
struct AskingLock {
  explicit AskingLock(link::LockClass with_class) : lock_class(with_class) {
    name.workspace.fill(0x11);
    name.lock.value.fill(0x22);
    secret.mutable_bytes()[3] = 0x77;
    activation::Ask ask{
        .lock = name.lock, .nonce = {}, .ephemeral = {}, .identity = {}, .lock_class = lock_class, .slot_count_max = 32};
    ephemeral = provider.p256_generate(KeyKind::kAgree, ask.ephemeral).value();
    provider.release_key(provider.p256_generate(KeyKind::kAgree, ask.identity).value());
    identity = ask.identity;
    ask_bytes = encode_ask(provider, secret, ask).value();
  }
  ActivationOrder order(SealedKeyStore& store) {
    claim = store.seal_claim_secret(name, secret).value();
    ActivationOrder order{.name = name,
                          .door = {},
                          .claim_secret = claim,
                          .ask = ask_bytes,
                          .key_id = 0x1122'3344,
                          .time = 1'800'000'000,
                          .time_uncertainty_ms = 0,
                          .desired_version = 1,
                          .snapshot = {}};
    if (lock_class == link::LockClass::kUnprotected) {
      order.snapshot.first_hour = 500'000;
      order.snapshot.hour_count = 48;
    }
    return order;
  }
  OpensslProvider provider;
  link::LockClass lock_class;
  LockName name;
  Secret<activation::claim_secret_size_bytes> secret;
  KeyHandle ephemeral;
  P256Point identity{};
  activation::AskBytes ask_bytes{};
  Blob claim;
};

TEST_F(KeyStoreTest, ABlobOpensOnlyInItsOwnPlace) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  const Activation made = store->activate(lock.order(*store)).value();
  LockName other_lock = lock.name;
  other_lock.lock.value[0] ^= 1;
  LockName other_workspace = lock.name;
  other_workspace.workspace[0] ^= 1;
  EXPECT_EQ(store->session_key({other_lock, made.keys}).status(), Status::kForged);
  EXPECT_EQ(store->session_key({other_workspace, made.keys}).status(), Status::kForged);
  EXPECT_EQ(store->session_key({lock.name, made.chain}).status(), Status::kForged) << "another kind of blob";
  EXPECT_TRUE(store->session_key({lock.name, made.keys}).ok());
  const Blob row = store->seal_row(lock.name.workspace, ascii("outbox/1"), ascii("code")).value();
  EXPECT_EQ(store->open_row(lock.name.workspace, ascii("outbox/2"), row).status(), Status::kForged);
}

// [rule: A2]
TEST_F(KeyStoreTest, AnAskWithAnotherSecretGetsNothing) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  ActivationOrder order = lock.order(*store);
  Secret<activation::claim_secret_size_bytes> other;
  const Blob wrong = store->seal_claim_secret(lock.name, other).value();
  order.claim_secret = wrong;
  EXPECT_EQ(store->activate(order).status(), Status::kForged);
}

// [rule: A11]
TEST_F(KeyStoreTest, AnIdentityThatIsOffTheCurveGetsNothingAndAGoodOneIsKept) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  EXPECT_EQ(store->activate(lock.order(*store))->identity, lock.identity);
  activation::Ask ask = activation::decode_ask(lock.ask_bytes).value();
  ask.identity[63] ^= 1;
  lock.ask_bytes = activation::encode_ask(lock.provider, lock.secret, ask).value();
  EXPECT_EQ(store->activate(lock.order(*store)).status(), Status::kMalformed);
}

TEST_F(KeyStoreTest, TheChainOfASessionKeyOpensOnlyInItsOwnPlace) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  const Activation made = store->activate(lock.order(*store)).value();
  LockName other = lock.name;
  other.lock.value[0] ^= 1;
  EXPECT_EQ(store->open_session(other, made.session).status(), Status::kForged);
  EXPECT_EQ(store->open_session(lock.name, made.chain).status(), Status::kForged) << "another kind of blob";
  session::Ratchet ratchet = store->open_session(lock.name, made.session).value();
  EXPECT_EQ(ratchet.generation, 0u);
  ratchet.generation = 7;
  const Blob later = store->seal_session(lock.name, ratchet).value();
  EXPECT_EQ(store->open_session(lock.name, later)->generation, 7u);
}

// [rule: A3]
TEST_F(KeyStoreTest, EachAnswerCarriesFreshKeys) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  const auto gift_of = [&](const Activation& made) {
    activation::Gift gift;
    activation::DoneBytes done{};
    EXPECT_EQ(activation::open_answer(lock.provider, lock.secret, lock.ephemeral, lock.ask_bytes, made.answer, gift, done),
              Status::kOk);
    return gift;
  };
  const activation::Gift first = gift_of(store->activate(lock.order(*store)).value());
  const activation::Gift second = gift_of(store->activate(lock.order(*store)).value());
  EXPECT_FALSE(equal_constant_time(first.key.bytes(), second.key.bytes()));
  EXPECT_FALSE(equal_constant_time(first.session_chain.bytes(), second.session_chain.bytes()));
}

TEST_F(KeyStoreTest, AnUnprotectedLockNeverGetsKLockAndItsHourKeysMakeItsCodes) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kUnprotected);
  const Activation made = store->activate(lock.order(*store)).value();
  activation::Gift gift;
  activation::DoneBytes done{};
  ASSERT_EQ(activation::open_answer(lock.provider, lock.secret, lock.ephemeral, lock.ask_bytes, made.answer, gift, done),
            Status::kOk);
  ASSERT_EQ(gift.snapshot.hour_count, 48);
  // What the platform issues for hour 500,001 is what the second hour key makes.
  const UnixSeconds time{500'001ull * 3'600 + 95};
  const Digits issued =
      store
          ->one_time_code({lock.name, made.keys},
                          {.purpose = OtpPurpose::kApp, .slot = {3, 7}, .fixed = false, .time = time, .digits = 8})
          .value();
  OpensslProvider& provider = lock.provider;
  const KeyHandle hour = provider.import_key(KeyKind::kMac, gift.snapshot.hours[1]).value();
  const KeyHandle slot = derive_slot_key(provider, hour, OtpPurpose::kApp, {3, 7}).value();
  EXPECT_EQ(otp_value(provider, slot, step_at(OtpPurpose::kApp, time), 8).value(), issued.value());
  // The key it was given is a session key: as K_lock it makes other codes.
  const KeyHandle given = provider.import_key(KeyKind::kMac, gift.key).value();
  EXPECT_NE(issue_otp(provider, given, lock.name.lock,
                      {.purpose = OtpPurpose::kApp, .slot = {3, 7}, .fixed = false, .time = time, .digits = 8})
                ->value(),
            issued.value());
}

TEST_F(KeyStoreTest, ChecksRecordsAllOrNothing) {
  const auto store = std::move(open()).value();
  AskingLock lock(link::LockClass::kProtected);
  const Activation made = store->activate(lock.order(*store)).value();
  activation::Gift gift;
  activation::DoneBytes done{};
  ASSERT_EQ(activation::open_answer(lock.provider, lock.secret, lock.ephemeral, lock.ask_bytes, made.answer, gift, done),
            Status::kOk);
  audit::ChainState chain{.key = gift.audit_seed, .next_seq = 1};
  std::vector<audit::RecordBytes> records(3);
  for (audit::RecordBytes& bytes : records) {
    audit::Record record;
    ASSERT_EQ(audit::seal(lock.provider, lock.name.lock, chain, record), Status::kOk);
    bytes = audit::encode(record);
  }
  std::vector<ByteSpan> spans(records.begin(), records.end());
  records[2][5] ^= 1;
  EXPECT_EQ(store->check_records(lock.name, made.chain, spans).status(), Status::kForged);
  records[2][5] ^= 1;
  const CheckedRecords checked = store->check_records(lock.name, made.chain, spans).value();
  EXPECT_EQ(checked.records.size(), 3u);
  EXPECT_EQ(checked.next_seq, 4u);
  EXPECT_EQ(store->check_records(lock.name, checked.chain, spans).status(), Status::kStale);
  const Blob skipped = store->skip_records(lock.name, made.chain, 3).value();
  EXPECT_EQ(store->check_records(lock.name, skipped, std::span(spans).subspan(2)).value().next_seq, 4u);
  const P256Signature receipt = store->sign_receipt(lock.name.lock, 3, checked.records[2].tag).value();
  EXPECT_EQ(
      lock.provider.p256_verify(store->identity(), link::receipt_input(lock.name.lock, 3, checked.records[2].tag), receipt),
      Status::kOk);
}

TEST_F(KeyStoreTest, WithoutThePersonsKeyItsEventsAreGone) {
  const auto store = std::move(open()).value();
  const Bytes<16> workspace{1};
  const Bytes<16> ana{2};
  const Bytes<16> bob{3};
  const Blob key = store->make_person_key(workspace, ana).value();
  const Blob other_key = store->make_person_key(workspace, bob).value();
  const Blob body = store->seal_for_person(workspace, ana, key, ascii("event"), ascii("Ana")).value();
  EXPECT_EQ(store->open_for_person(workspace, bob, other_key, ascii("event"), body).status(), Status::kForged);
  EXPECT_EQ(store->open_for_person(workspace, ana, other_key, ascii("event"), body).status(), Status::kForged);
  EXPECT_EQ(store->open_for_person(workspace, ana, key, ascii("event"), body).value(), Blob({'A', 'n', 'a'}));
}

TEST_F(KeyStoreTest, CountsEachUse) {
  const auto store = std::move(open()).value();
  (void)store->seal_row(Bytes<16>{}, ascii("a"), ascii("b")).value();
  EXPECT_EQ(store->uses()[static_cast<std::size_t>(Purpose::kRow)], 1u);
}

}  // namespace
}  // namespace cardea::server
