#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace troupe::web {

/// Reads a body of the type `application/x-www-form-urlencoded`: returns the JSON text of
/// the tree of its fields. Of two fields with one name the last stays. Fails with
/// `payload_too_large` if there are too many.
result<std::string> read_form_body(std::string_view body);

/// What a form fails with that has too many names.
fault too_many_names();

} // namespace troupe::web
