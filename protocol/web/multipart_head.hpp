#pragma once

#include "protocol/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::web {

/// What the headers of a part of a multipart form say.
struct part_head {
  /// The field; empty if the part is none.
  std::string name;
  /// Set if the part is a file. Without the folders that some clients send.
  std::optional<std::string> file_name;
  /// The type as the client said; may be empty.
  std::string type;
};

/// Reads the headers of a part. Fails with `bad_request`.
/// @param text The lines, each with its line end.
result<part_head> read_part_head(std::string_view text);

} // namespace troupe::web
