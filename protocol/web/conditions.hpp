#pragma once

#include <cstdint>
#include <ctime>
#include <string_view>

namespace troupe::web {

/// What a request says about the version of a file that its client has; empty for headers
/// that are not there.
struct request_conditions {
  std::string_view if_match = {};
  std::string_view if_none_match = {};
  std::string_view if_modified_since = {};
  std::string_view if_unmodified_since = {};
  std::string_view if_range = {};
};

/// The version that there is.
struct file_version {
  /// With its quotes; a strong one.
  std::string_view tag;
  std::time_t modified = 0;
};

enum class condition_result : uint8_t {
  met,
  /// 304: the client has this version.
  not_modified,
  /// 412
  failed,
};

/// Evaluates the conditions of a GET or HEAD in the order of RFC 9110, 13.2.2.
condition_result evaluate(const request_conditions& asked, const file_version& there);

/// Returns whether a range may be cut from this version (13.1.5).
bool allows_range(const request_conditions& asked, const file_version& there);

} // namespace troupe::web
