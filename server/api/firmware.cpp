// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/firmware.hpp"

#include <fmt/format.h>

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct MakerBody {
  std::string name;
  std::string public_key;
};
BOOST_DESCRIBE_STRUCT(MakerBody, (), (name, public_key))

/// As makers write them: 8-4-4-4-12.
std::string text_of(const update::Uuid& uuid) {
  const std::string hex = hex_of(uuid);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

json::Any view_of(const usecases::FirmwareMaker& maker) {
  return {{"id", maker.id.text()},
          {"name", maker.name},
          {"key_name", hex_of(maker.key_name)},
          {"created_at", server::text_of(maker.created_at)}};
}

json::Any view_of(const usecases::FirmwareImage& image) {
  return {{"id", image.id.text()},
          {"version", usecases::text_of(image.version)},
          {"security_counter", image.security_counter},
          {"size_bytes", image.size_bytes},
          {"digest", hex_of(image.digest)},
          {"vendor", text_of(image.vendor)},
          {"device_class", text_of(image.device_class)},
          {"maker", image.maker.empty() ? json::Any(nullptr) : json::Any(image.maker)},
          {"campaigns", image.campaigns},
          {"created_at", server::text_of(image.created_at)},
          {"created_by", image.created_by}};
}

Task<Outcome<Response>> list_makers(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto makers, co_await usecases::list_makers(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(makers, [](const usecases::FirmwareMaker& maker) { return view_of(maker); }));
}

Task<Outcome<Response>> add_maker(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const MakerBody input, read_body<MakerBody>(request));
  CARDEA_CO_ASSIGN(const auto maker, co_await usecases::add_maker(context, request.principal, input.name, input.public_key));
  co_return answer(201, view_of(maker));
}

Task<Outcome<Response>> remove_maker(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const FirmwareMakerId id, request.id_of<FirmwareMakerId>("maker_id"));
  CARDEA_CO_TRY(co_await usecases::remove_maker(context, request.principal, id));
  co_return http::no_content();
}

Task<Outcome<Response>> list_images(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto images, co_await usecases::list_images(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(images, [](const usecases::FirmwareImage& image) { return view_of(image); }));
}

Task<Outcome<Response>> upload_image(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request, true));
  if (request.header("content-type") != "application/octet-stream")
    co_return Problem{
        415, "unsupported_media_type", "An image is sent as application/octet-stream, its bytes as they are.", {}, {}};
  const ByteSpan bytes{reinterpret_cast<const std::uint8_t*>(request.body.data()), request.body.size()};
  CARDEA_CO_ASSIGN(const auto image, co_await usecases::add_image(context, request.principal, bytes));
  co_return answer(201, view_of(image));
}

Task<Outcome<Response>> get_image(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const FirmwareImageId id, request.id_of<FirmwareImageId>("image_id"));
  CARDEA_CO_ASSIGN(const auto image, co_await usecases::find_image(context, request.principal.workspace, id));
  co_return answer(200, view_of(image));
}

Task<Outcome<Response>> remove_image(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const FirmwareImageId id, request.id_of<FirmwareImageId>("image_id"));
  CARDEA_CO_TRY(co_await usecases::remove_image(context, request.principal, id));
  co_return http::no_content();
}

}  // namespace

void add_firmware(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/firmware-makers", Permission::kFirmwareRead, Reach::kEverybody, list_makers);
  add(router, context, Method::kPost, "/v1/firmware-makers", Permission::kFirmwareWrite, Reach::kWorkspace, add_maker);
  add(router, context, Method::kDelete, "/v1/firmware-makers/{maker_id}", Permission::kFirmwareWrite, Reach::kWorkspace,
      remove_maker);
  add(router, context, Method::kGet, "/v1/firmware-images", Permission::kFirmwareRead, Reach::kEverybody, list_images);
  add(router, context, Method::kPost, "/v1/firmware-images", Permission::kFirmwareWrite, Reach::kWorkspace, upload_image,
      {.body_size_bytes_max = usecases::firmware_image_size_bytes_max});
  add(router, context, Method::kGet, "/v1/firmware-images/{image_id}", Permission::kFirmwareRead, Reach::kEverybody, get_image);
  add(router, context, Method::kDelete, "/v1/firmware-images/{image_id}", Permission::kFirmwareWrite, Reach::kWorkspace,
      remove_image);
}

}  // namespace cardea::server::api
