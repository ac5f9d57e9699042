#pragma once

#include <string_view>

namespace troupe::web {

/// Returns the `Content-Type` of a file by the ending of its name;
/// `application/octet-stream` if it is not known.
std::string_view media_type_of(std::string_view file_name);

} // namespace troupe::web
