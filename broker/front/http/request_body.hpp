#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Reads the bodies of requests.
namespace troupe::front::http {

/// Returns the payload of an operation: the members of the request's body, and the `name`
/// that is the first of `segments`, if there is one; or what is wrong with the body.
result<shared_bytes> operation_payload(const std::vector<std::string>& segments,
                                       std::string_view body);

} // namespace troupe::front::http
