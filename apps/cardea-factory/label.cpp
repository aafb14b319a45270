// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-factory/label.hpp"

#include <fmt/format.h>

#include <qrcodegen/qrcodegen.hpp>

#include "apps/cardea-factory/maker.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::station {
namespace {

constexpr double width_mm = 40;
constexpr double height_mm = 54;
constexpr double code_mm = 34;
constexpr int quiet_zone = 4;  // modules, as ISO/IEC 18004 asks for

/// The dark modules of a row that stand side by side are one line: a printer then leaves no seams.
std::string modules(const qrcodegen::QrCode& code) {
  std::string path;
  for (int y = 0; y < code.getSize(); ++y) {
    for (int x = 0; x < code.getSize();) {
      int end = x;
      while (end < code.getSize() && code.getModule(end, y)) ++end;
      if (end > x) path += fmt::format("M{} {}h{}v1h-{}z", x + quiet_zone, y + quiet_zone, end - x, end - x);
      x = std::max(end, x + 1);
    }
  }
  return path;
}

std::string line_of_text(double y_mm, double size_mm, const std::string& text) {
  return fmt::format(
      "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"middle\" font-family=\"DejaVu Sans Mono,monospace\">{}</text>\n",
      width_mm / 2, y_mm, size_mm, text);
}

/// Groups of so many characters.
std::string grouped(const std::string& text, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += size) out += (i == 0 ? "" : " ") + text.substr(i, size);
  return out;
}

}  // namespace

std::string label_svg(const activation::Label& label, Provider& provider) {
  const auto secret = client::need(activation::encode(provider, label));
  std::string text(secret.bytes().begin(), secret.bytes().end());
  const auto code = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
  const double module_mm = code_mm / (code.getSize() + 2 * quiet_zone);
  const std::string id = hex(label.lock.value);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}mm\" height=\"{1}mm\" viewBox=\"0 0 {0} {1}\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
      "<path transform=\"translate({2} 0.5) scale({3:.5f})\" d=\"{4}\"/>\n",
      width_mm, height_mm, (width_mm - code_mm) / 2, module_mm, modules(code));
  svg += line_of_text(37.2, 2.4, grouped(id.substr(0, 16), 4));
  svg += line_of_text(40.2, 2.4, grouped(id.substr(16), 4));
  const std::string letters = text.substr(text.find(':') + 1);
  svg += line_of_text(44.6, 2.0, text.substr(0, text.find(':') + 1) + " " + grouped(letters.substr(0, 15), 5));
  svg += line_of_text(47.5, 2.0, grouped(letters.substr(15, 20), 5));
  svg += line_of_text(50.4, 2.0, grouped(letters.substr(35, 20), 5));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return svg + "</svg>\n";
}

std::string sheet_html(std::span<const std::string> labels, const std::string& title) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n"
      "@page {{ size: A4; margin: 12mm; }}\n"
      "body {{ margin: 0; }}\n"
      "main {{ display: grid; grid-template-columns: repeat(4, {}mm); gap: 4mm; }}\n"
      "div {{ height: {}mm; outline: 0.1mm dashed #999; break-inside: avoid; }}\n"
      "svg {{ display: block; }}\n"
      "</style>\n<main>\n",
      title, width_mm, height_mm);
  for (const std::string& label : labels) html += "<div>" + label + "</div>\n";
  return html + "</main>\n</html>\n";
}

}  // namespace cardea::station
