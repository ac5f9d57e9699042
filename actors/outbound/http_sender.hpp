#pragma once

#include "protocol/base/result.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace troupe::outbound {

/// What a server has answered to a request.
struct http_answer {
  unsigned status = 0;
  /// How long the server asks to be left alone (`Retry-After`).
  std::optional<std::chrono::seconds> retry_after = {};
  /// The beginning of the body, for a person; not longer than `limits::log_excerpt`, and
  /// valid UTF-8 whatever the server has sent.
  std::string excerpt = {};
};

/// Sends requests to one URL, one at a time. Never waits. For one thread only.
class http_sender {
public:
  /// Takes the answer; or why none came, for a person.
  using answer_handler = std::function<void(result<http_answer, std::string>)>;

  virtual ~http_sender() = default;

  /// Posts a body of JSON. Calls `then` once, in a later turn, unless `abandon` is called
  /// before. @pre No other request is under way.
  virtual void post(std::string body, answer_handler then) = 0;

  /// Gives up the request that is under way, if any: its handler is not called.
  virtual void abandon() = 0;
};

} // namespace troupe::outbound
