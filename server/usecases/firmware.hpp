// SPDX-License-Identifier: Apache-2.0
#pragma once
// Firmware images (spec/update.md §1): whose are taken, and those that are here. The platform verifies an image when it comes,
// as far as it can: the lock alone decides whether it runs it.

#include "core/update/image.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t firmware_image_size_bytes_max = 4 * 1'024 * 1'024;
inline constexpr std::uint32_t firmware_chunk_size_bytes = 16'384;  ///< as the store keeps them, and the link reads them
inline constexpr std::int64_t firmware_image_count_max = 100;       ///< of a workspace
inline constexpr std::int64_t firmware_maker_count_max = 20;

/// A key whose images are taken.
struct FirmwareMaker {
  FirmwareMakerId id;
  std::string name;
  Digest key_name{};  ///< as images name their signer
  UnixSeconds created_at;
};
Task<Outcome<Page<FirmwareMaker>>> list_makers(Context& context, WorkspaceId workspace, PageRequest page);
/// `public_key`: PEM of a P-256 key. 400, 409 `already_exists` for its name or the key, `makers_full`.
Task<Outcome<FirmwareMaker>> add_maker(Context& context, Principal caller, std::string name, std::string public_key);
/// Images that were taken stay.
Task<Outcome<Done>> remove_maker(Context& context, Principal caller, FirmwareMakerId maker);

struct FirmwareImage {
  FirmwareImageId id;
  Digest digest{};
  std::uint32_t size_bytes = 0;
  std::uint32_t security_counter = 0;
  update::Version version;
  update::Uuid vendor{};
  update::Uuid device_class{};
  std::string maker;  ///< its name, "" when it was removed
  std::uint32_t campaigns = 0;
  UnixSeconds created_at;
  std::string created_by;
};
/// "1.4.0+12": without the build when that is 0.
std::string text_of(const update::Version& version);

Task<Outcome<Page<FirmwareImage>>> list_images(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<FirmwareImage>> find_image(Context& context, WorkspaceId workspace, FirmwareImageId image);
/// `bytes`: a whole container, and nothing behind it. 400 `image_malformed`, `image_unsupported`, `image_corrupt` or
/// `image_forged`; 409 `maker_unknown`, `already_exists` or `images_full`.
Task<Outcome<FirmwareImage>> add_image(Context& context, Principal caller, ByteSpan bytes);
/// 409 `image_in_use` when a campaign has it.
Task<Outcome<Done>> remove_image(Context& context, Principal caller, FirmwareImageId image);

/// One row of an image's bytes; empty when there is none.
Task<Blob> read_chunk(Transaction& tx, WorkspaceId workspace, FirmwareImageId image, std::uint32_t number);

}  // namespace cardea::server::usecases
