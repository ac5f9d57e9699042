#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::tls {

/// Why a connection cannot begin or go on: a closed list.
enum class flaw : uint8_t {
  none = 0,
  /// A certificate is required, and none was shown.
  no_certificate,
  /// The certificate is of an authority that is not trusted.
  foreign_certificate,
  /// The certificate is not valid any more, or not yet.
  expired_certificate,
  /// The certificate is of another host than the one that was dialled.
  wrong_name,
  /// The certificate is not good for another reason, such as its purpose.
  bad_certificate,
  /// The two ends have no version, or no cipher, in common.
  no_common_version,
  /// What came is not TLS at all.
  not_tls,
  /// The stream ended without a farewell: something may be missing.
  truncated,
  /// Anything else that went wrong.
  broken,
  count_,
};

/// Returns the word for `f`, such as `no_certificate`.
std::string_view name_of(flaw f);

/// Which end has found a flaw in the other.
enum class found_by : uint8_t { us, peer };

/// A flaw, and what is known of it.
struct channel_error {
  flaw what = flaw::none;
  /// If the peer found it, it is ours: it is our certificate that has expired.
  found_by who = found_by::us;
  /// OpenSSL's words, for a person.
  std::string message = {};
};

} // namespace troupe::tls
