// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/firmware.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "server/usecases/checks.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

namespace {

/// X | Y of a P-256 public key in PEM.
std::optional<P256Point> point_of_pem(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr),
                                                                EVP_PKEY_free);
  if (!key || EVP_PKEY_is_a(key.get(), "EC") != 1) return std::nullopt;
  char group[32]{};
  if (EVP_PKEY_get_group_name(key.get(), group, sizeof(group), nullptr) != 1 || std::string_view(group) != "prime256v1")
    return std::nullopt;
  Bytes<65> encoded{};
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size) != 1 ||
      size != encoded.size() || encoded[0] != 4)
    return std::nullopt;
  P256Point point{};
  std::copy(encoded.begin() + 1, encoded.end(), point.begin());
  return point;
}

class UploadedImage final : public update::ImageBytes {
 public:
  explicit UploadedImage(ByteSpan bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(bytes_.size()); }
  Status read(std::uint32_t offset, MutableByteSpan out) const override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return Status::kTooShort;
    std::copy_n(bytes_.begin() + offset, out.size(), out.begin());
    return Status::kOk;
  }

 private:
  ByteSpan bytes_;
};

/// An image that was read, and for which hardware it is.
struct ReadImage {
  update::Image image;
  update::Hardware hardware;
};

Problem image_malformed(const std::string& what) {
  return {400, "image_malformed", what + " Send the signed image as imgtool writes it, without padding.", {}, {}};
}

Problem problem_of(Status status) {
  switch (status) {
    case Status::kUnsupported:
      return {
          400,
          "image_unsupported",
          "The image is encrypted, and locks take none that is: sign it without encryption. It says nothing that is secret.",
          {},
          {}};
    case Status::kCorrupt:
      return {400,
              "image_corrupt",
              "The bytes are not those that were signed: upload the file again, from where it was made.",
              {},
              {}};
    case Status::kForged:
      return {400, "image_forged", "The signature is not by the key that the image names. No lock would run it.", {}, {}};
    case Status::kTooShort: return image_malformed("The file ends before the image does.");
    default: return image_malformed("This is no firmware image of version 1 (spec/update.md).");
  }
}

Outcome<ReadImage> read_uploaded(const UploadedImage& bytes) {
  const auto hardware = update::claimed_hardware(bytes);
  if (!hardware) return problem_of(hardware.error());
  const auto image = update::read_image(bytes, *hardware);
  if (!image) return problem_of(image.error());
  if (image->size_bytes != bytes.size_bytes())
    return image_malformed(fmt::format("Behind the image are {} bytes more.", bytes.size_bytes() - image->size_bytes));
  return ReadImage{*image, *hardware};
}

constexpr std::string_view maker_columns = "maker, name, key_name, created_at";

FirmwareMaker read_maker(Row row) {
  FirmwareMaker maker{row.id<FirmwareMakerId>(0), row.text(1), {}, row.time(3)};
  std::ranges::copy(row.blob(2), maker.key_name.begin());
  return maker;
}

const std::string select_images =
    "SELECT i.image, i.digest, i.size_bytes, i.security_counter, i.major, i.minor, i.revision, i.build, i.vendor, "
    "i.device_class, m.name, (SELECT count(*) FROM firmware_campaigns c WHERE c.workspace = i.workspace AND c.image = "
    "i.image), i.created_at, i.created_by FROM firmware_images i LEFT JOIN firmware_makers m ON m.workspace = i.workspace AND "
    "m.key_name "
    "= i.signer WHERE i.workspace = ?1 ";

FirmwareImage read_image_row(Row row) {
  FirmwareImage image;
  image.id = row.id<FirmwareImageId>(0);
  std::ranges::copy(row.blob(1), image.digest.begin());
  image.size_bytes = static_cast<std::uint32_t>(row.integer(2));
  image.security_counter = static_cast<std::uint32_t>(row.integer(3));
  image.version = {static_cast<std::uint8_t>(row.integer(4)), static_cast<std::uint8_t>(row.integer(5)),
                   static_cast<std::uint16_t>(row.integer(6)), static_cast<std::uint32_t>(row.integer(7))};
  std::ranges::copy(row.blob(8), image.vendor.begin());
  std::ranges::copy(row.blob(9), image.device_class.begin());
  if (!row.is_null(10)) image.maker = row.text(10);
  image.campaigns = static_cast<std::uint32_t>(row.integer(11));
  image.created_at = row.time(12);
  image.created_by = row.text(13);
  return image;
}

Task<Outcome<FirmwareImage>> read_one(Transaction& tx, WorkspaceId workspace, FirmwareImageId id) {
  static const std::string sql = select_images + "AND i.image = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, id);
  if (rows.empty()) co_return not_found("image");
  co_return read_image_row(rows.front());
}

Task<void> append_firmware_event(Transaction& tx, Context& context, Principal caller, EventType type, std::string detail) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = caller.by();
  facts.detail = std::move(detail);
  co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
}

/// Of the workspace's makers the one that an image names.
Task<Outcome<P256Point>> key_of(Transaction& tx, WorkspaceId workspace, Digest signer) {
  const Rows rows =
      co_await tx.execute("SELECT public_key FROM firmware_makers WHERE workspace = ?1 AND key_name = ?2", workspace, signer);
  if (rows.empty())
    co_return conflict("maker_unknown", fmt::format("The image is signed by the key {}, which is none of this workspace's "
                                                    "makers. Add the maker's public key first, if you trust it.",
                                                    hex_of(signer)));
  P256Point key{};
  std::ranges::copy(rows.front().blob(0), key.begin());
  co_return key;
}

Task<void> store_chunks(Transaction& tx, WorkspaceId workspace, FirmwareImageId id, ByteSpan bytes) {
  for (std::size_t at = 0, number = 0; at < bytes.size(); at += firmware_chunk_size_bytes, ++number)
    co_await tx.execute("INSERT INTO firmware_chunks (workspace, image, number, bytes) VALUES (?1, ?2, ?3, ?4)", workspace, id,
                        number, bytes.subspan(at, std::min<std::size_t>(firmware_chunk_size_bytes, bytes.size() - at)));
}

Task<Outcome<Done>> check_room(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute("SELECT count(*) FROM firmware_images WHERE workspace = ?1", workspace);
  if (rows.front().integer(0) < firmware_image_count_max) co_return Done{};
  co_return conflict("images_full", fmt::format("A workspace keeps at most {} images. Delete one that no campaign has.",
                                                firmware_image_count_max));
}

Task<Outcome<Done>> check_new(Transaction& tx, WorkspaceId workspace, const Digest& digest) {
  const Rows rows =
      co_await tx.execute("SELECT image FROM firmware_images WHERE workspace = ?1 AND digest = ?2", workspace, digest);
  if (rows.empty()) co_return Done{};
  co_return already_exists(rows.front().id<FirmwareImageId>(0).text(), "This very image is here already.");
}

}  // namespace

std::string text_of(const update::Version& version) {
  std::string text = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
  return version.build == 0 ? text : text + fmt::format("+{}", version.build);
}

Task<Outcome<Page<FirmwareMaker>>> list_makers(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const FirmwareMakerId after, id_of_cursor<FirmwareMakerId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<FirmwareMaker>>> {
    static const std::string sql = "SELECT " + std::string(maker_columns) +
                                   " FROM firmware_makers WHERE workspace = ?1 AND maker > ?2 ORDER BY maker LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<FirmwareMaker> items;
    for (const Row row : rows) items.push_back(read_maker(row));
    co_return page_of(std::move(items), page, [](const FirmwareMaker& maker) { return maker.id; });
  });
}

Task<Outcome<FirmwareMaker>> add_maker(Context& context, Principal caller, std::string name, std::string public_key) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  const auto point = point_of_pem(public_key);
  if (!point)
    co_return invalid("/public_key",
                      "is no P-256 public key in PEM. `openssl pkey -in KEY -pubout` prints that of a private key, which stays "
                      "with its maker");
  const Digest key_name = must(update::anchor_name(*point, context.keys.provider()));
  const WorkspaceId workspace = caller.workspace;
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<FirmwareMaker>> {
    const Rows same = co_await tx.execute(
        "SELECT maker FROM firmware_makers WHERE workspace = ?1 AND (name = ?2 OR key_name = ?3)", workspace, name, key_name);
    if (!same.empty())
      co_return already_exists(same.front().id<FirmwareMakerId>(0).text(), "A maker has this name or this key already.");
    const Rows counted = co_await tx.execute("SELECT count(*) FROM firmware_makers WHERE workspace = ?1", workspace);
    if (counted.front().integer(0) >= firmware_maker_count_max)
      co_return conflict("makers_full",
                         fmt::format("A workspace has at most {} makers. Remove one first.", firmware_maker_count_max));
    const FirmwareMaker maker{FirmwareMakerId::make(), name, key_name, context.now()};
    co_await tx.execute(
        "INSERT INTO firmware_makers (workspace, maker, name, key_name, public_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5, "
        "?6)",
        workspace, maker.id, name, key_name, *point, maker.created_at);
    co_await append_firmware_event(tx, context, caller, EventType::kFirmwareMakerAdded,
                                   fmt::format(R"({{"maker":"{}"}})", maker.id.text()));
    co_return maker;
  });
}

Task<Outcome<Done>> remove_maker(Context& context, Principal caller, FirmwareMakerId maker) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows gone =
        co_await tx.execute("DELETE FROM firmware_makers WHERE workspace = ?1 AND maker = ?2", caller.workspace, maker);
    if (gone.changed == 0) co_return not_found("maker");
    co_await append_firmware_event(tx, context, caller, EventType::kFirmwareMakerRemoved,
                                   fmt::format(R"({{"maker":"{}"}})", maker.text()));
    co_return Done{};
  });
}

Task<Outcome<Page<FirmwareImage>>> list_images(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const FirmwareImageId after, id_of_cursor<FirmwareImageId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<FirmwareImage>>> {
    static const std::string sql = select_images + "AND i.image > ?2 ORDER BY i.image LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<FirmwareImage> items;
    for (const Row row : rows) items.push_back(read_image_row(row));
    co_return page_of(std::move(items), page, [](const FirmwareImage& image) { return image.id; });
  });
}

Task<Outcome<FirmwareImage>> find_image(Context& context, WorkspaceId workspace, FirmwareImageId image) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_one(tx, workspace, image); });
}

Task<Outcome<FirmwareImage>> add_image(Context& context, Principal caller, ByteSpan bytes) {
  const UploadedImage uploaded(bytes);
  CARDEA_CO_ASSIGN(const ReadImage read, read_uploaded(uploaded));
  const WorkspaceId workspace = caller.workspace;
  CARDEA_CO_ASSIGN(const P256Point anchor,
                   co_await context.store.read([&](Transaction& tx) { return key_of(tx, workspace, read.image.signer); }));
  const Status status = update::verify_image(uploaded, read.image, {&anchor, 1}, 0, context.keys.provider());
  if (status != Status::kOk) co_return problem_of(status);
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<FirmwareImage>> {
    CARDEA_CO_TRY(co_await check_new(tx, workspace, read.image.digest));
    CARDEA_CO_TRY(co_await check_room(tx, workspace));
    const FirmwareImageId id = FirmwareImageId::make();
    const std::string by = caller.by();
    const update::Version& version = read.image.version;
    co_await tx.execute(
        "INSERT INTO firmware_images (workspace, image, digest, size_bytes, security_counter, major, minor, revision, build, "
        "vendor, device_class, signer, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
        "?14)",
        workspace, id, read.image.digest, read.image.size_bytes, read.image.security_counter, version.major, version.minor,
        version.revision, version.build, read.hardware.vendor, read.hardware.device_class, read.image.signer, context.now(),
        by);
    co_await store_chunks(tx, workspace, id, bytes);
    co_await append_firmware_event(tx, context, caller, EventType::kFirmwareImageAdded,
                                   fmt::format(R"({{"image":"{}","version":"{}"}})", id.text(), usecases::text_of(version)));
    co_return co_await read_one(tx, workspace, id);
  });
}

Task<Outcome<Done>> remove_image(Context& context, Principal caller, FirmwareImageId image) {
  const WorkspaceId workspace = caller.workspace;
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const FirmwareImage found, co_await read_one(tx, workspace, image));
    if (found.campaigns != 0) co_return conflict("image_in_use", "A campaign has this image, and says which it was. It stays.");
    co_await tx.execute("DELETE FROM firmware_chunks WHERE workspace = ?1 AND image = ?2", workspace, image);
    co_await tx.execute("DELETE FROM firmware_images WHERE workspace = ?1 AND image = ?2", workspace, image);
    co_await append_firmware_event(
        tx, context, caller, EventType::kFirmwareImageRemoved,
        fmt::format(R"({{"image":"{}","version":"{}"}})", image.text(), usecases::text_of(found.version)));
    co_return Done{};
  });
}

Task<Blob> read_chunk(Transaction& tx, WorkspaceId workspace, FirmwareImageId image, std::uint32_t number) {
  const Rows rows = co_await tx.execute("SELECT bytes FROM firmware_chunks WHERE workspace = ?1 AND image = ?2 AND number = ?3",
                                        workspace, image, number);
  co_return rows.empty() ? Blob{} : rows.front().blob(0);
}

}  // namespace cardea::server::usecases
