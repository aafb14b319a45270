// SPDX-License-Identifier: Apache-2.0
#pragma once
// Labels for printing (spec/activation.md §1): one as SVG, 40 mm × 54 mm, and sheets of A4 as HTML that a browser prints.

#include <span>
#include <string>

#include "core/activation/label.hpp"

namespace cardea::station {

/// The QR code, the lock_id beneath, and beneath that the label's letters, for who has to type them. Holds the claim secret:
/// the caller wipes it.
std::string label_svg(const activation::Label& label, Provider& provider);

/// Labels side by side, at their true size, with marks to cut along. Holds claim secrets, as they do.
std::string sheet_html(std::span<const std::string> labels, const std::string& title);

}  // namespace cardea::station
