#pragma once

#include "broker/front/http/message/http_reader.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace troupe::front::http {

/// The request that a connection is reading. A front adds what it knows of it.
struct pending_request {
  using time_point = std::chrono::steady_clock::time_point;

  /// Bytes that `reader` has not taken.
  std::string bytes;
  http_reader reader;
  bool parsing = false;
  /// The client waits for leave to send its body.
  bool allow_due = false;
  /// Since when it is incomplete.
  std::optional<time_point> begun;

  /// Returns what the reader is to take: the bytes that are kept, with these behind them.
  /// They are copied only if others are kept.
  std::string_view with(std::string_view more);

  /// Keeps of what `with` returned the last bytes, which the reader has not taken.
  void keep(std::string_view rest);

  /// Whether nothing of the next request has come.
  bool is_idle() const { return bytes.empty() && reader.is_idle(); }

  /// Frees the buffer if it is empty.
  void shrink();

  /// Whether its head should have come by now.
  /// @param patience What a client has for a head.
  bool is_late(time_point now, std::chrono::seconds patience) const {
    return now - *begun >= patience;
  }
};

/// Returns what the client is told whose head was late.
http_refusal late_head(std::chrono::seconds patience);

/// Returns what the client is told whose body has stalled for so long.
http_refusal late_body(std::chrono::seconds patience);

} // namespace troupe::front::http
