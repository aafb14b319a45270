// SPDX-License-Identifier: Apache-2.0
#pragma once
// The end of the certificate that the platform serves, as the owners hear of it.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

struct ServedCertificate {
  UnixSeconds starts_at;
  UnixSeconds ends_at;
};

/// Leaves `platform.certificate_ending` in every workspace 21, 7 and 1 days before the end, a stage only if it is no more than
/// a third of the certificate's life (one for six days is renewed on its fourth); and `platform.certificate_renewed` when the
/// one that was told of has been followed by another that lasts. What is in the log is not told again: call it every hour, and
/// with each new certificate.
Task<Outcome<Done>> watch_certificate(Context& context, ServedCertificate served);

}  // namespace cardea::server::usecases
