#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::web {

/// The status and the headers of an answer, fit to be written.
struct answer_head {
  /// 100 to 599.
  unsigned status = 200;
  /// In their order, one for each value. Names are tokens, values have no line ends.
  std::vector<std::pair<std::string, std::string>> headers;

  bool is_interim() const noexcept { return status < 200; }
};

/// Reads the head of an answer: `{"status":200,"headers":{"name":["value"]}}`. A value
/// may also stand alone, as a string or a number. Fails with `protocol_error`, which
/// names what is wrong: the worker's bug, not the client's.
result<answer_head> read_answer_head(std::string_view json);

} // namespace troupe::web
