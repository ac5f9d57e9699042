#pragma once

#include "tests/program/harness/patience.hpp"
#include "tests/program/harness/stream.hpp"

#include <map>
#include <string>

namespace program {

/// The head of an answer of HTTP.
struct http_head {
  int status = 0;
  /// Names in lower case; those that are repeated in their order.
  std::multimap<std::string, std::string> headers;
};

/// Takes a head from a stream. Throws if that is none.
http_head read_http_head(stream& from, milliseconds limit);

} // namespace program
