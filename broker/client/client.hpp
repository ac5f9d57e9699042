#pragma once

#include "broker/client/patience.hpp"
#include "protocol/base/call.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::client {

/// The options of a call beside its target, kind and payload.
struct call_options {
  /// For queue and execution together; absent means the pool's own limits.
  std::optional<std::chrono::milliseconds> timeout;
  /// Whether it may be run again when its worker died.
  bool idempotent = false;
  /// -10 (last) to 10 (first).
  int priority = 0;
  /// Calls with one key go to one worker while it lives; empty for none.
  std::string key;
  /// Whether the parts of a streamed result are wanted as they come.
  bool stream = false;
  /// The trace that the call is part of; null for none.
  trace_context_ptr trace = {};
  /// Names the call for people, in logs and lists; empty: the client counts its calls.
  std::string request_id = {};
};

/// Takes one part of a streamed result: JSON text.
using chunk_handler = std::function<void(const shared_bytes&)>;

/// A connection to a node, for one thread and one call at a time. Whatever goes wrong is
/// the result's fault; a client does not throw.
class node_client {
public:
  virtual ~node_client() = default;

  /// How long calls wait from now on, if the node sends nothing.
  virtual void set_patience(patience p) = 0;

  /// Makes a call and waits for how it ends: `node_down` where the connection broke or
  /// the patience ended before that was known. The next call connects anew then, where
  /// that is possible.
  /// @param to A pool, a worker, or `$node` for an operation of the node.
  /// @param payload Valid JSON text.
  /// @param on_chunk Gets the parts of a streamed result before this returns.
  virtual call_result call(std::string_view to, std::string_view kind,
                           std::string_view payload, const call_options& options = {},
                           const chunk_handler& on_chunk = {}) = 0;
};

using client_ptr = std::unique_ptr<node_client>;

} // namespace troupe::client
