#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Calls that a program makes at a node that it has in it.
namespace troupe {

/// The options of a call beside its target, kind and payload.
struct call_options {
  /// For queue and execution together; absent means the pool's own limits.
  std::optional<std::chrono::milliseconds> timeout = {};
  /// Whether it may be run again when its worker, or the node of its worker, died.
  bool idempotent = false;
  /// -10 (last) to 10 (first).
  int priority = 0;
  /// Calls with one key go to one worker while it lives; empty for none.
  std::string key = {};
};

/// The good end of a call.
struct call_answer {
  /// The result as JSON text.
  shared_bytes payload;
  /// The name of the worker that answered, such as `echo.0` or `echo.0@beta`; empty for
  /// an operation of the node.
  std::string worker;
};

/// Takes the end of a call.
using answer_handler = std::function<void(result<call_answer>)>;

/// Takes one part of a streamed result: JSON text.
using part_handler = std::function<void(const shared_bytes&)>;

class node_host;

/// What makes calls at a node of this process. Members are thread-safe.
///
/// Handlers are called on a thread of the node, which waits for them: they should return
/// soon. What they throw is logged and dropped. They may begin calls, but not wait for
/// any: a call that waits fails with `conflict` there.
class caller {
public:
  /// Makes a call and waits for its end. Whatever goes wrong is the result's fault.
  /// @param to A pool, a worker (`echo.0`), either at another node of the cluster
  /// (`echo@beta`), or `$node` for an operation of the node.
  /// @param kind What is asked of the worker.
  /// @param payload JSON text.
  /// @param on_part If set, the worker may stream: gets the parts before this returns.
  result<call_answer> call(std::string_view to, std::string_view kind,
                           std::string_view payload = "null",
                           const call_options& options = {}, part_handler on_part = {});

  /// Begins a call and returns at once.
  /// @param on_answer Is called exactly once, also where the call cannot begin: that may
  /// be before this returns.
  /// @returns What `cancel` knows the call by.
  tag_id begin_call(std::string_view to, std::string_view kind, std::string_view payload,
                    answer_handler on_answer, const call_options& options = {},
                    part_handler on_part = {});

  /// The caller does not want that call any more. Its end still comes: `cancelled`, if
  /// nothing else was faster. Does nothing for a call that has ended.
  void cancel(tag_id which);

  /// For other parts of the library.
  std::weak_ptr<node_host> weak_host() const noexcept { return host_; }

protected:
  explicit caller(std::shared_ptr<node_host> host);
  ~caller();
  caller(caller&&) noexcept;
  caller& operator=(caller&&) noexcept;

  /// @pre Was not moved from.
  node_host& host() const noexcept { return *host_; }
  /// Ends the node, if it is there: others may hold it for a moment.
  void end();

private:
  std::shared_ptr<node_host> host_;
};

/// What a node tells the program that it is in, on a thread of its own, which waits for
/// each of them. All may be absent.
struct node_hooks {
  /// Takes a line of the log. The level is a word: `trace`, `debug`, `info`, `warn`,
  /// `error` or `critical`.
  std::function<void(std::string_view level, std::string_view text)> log = {};
  /// An operator wants the node to stop (`drain --node`). Without it, nothing happens:
  /// when its node stops, the program decides.
  std::function<void()> stop_requested = {};
  /// The node cannot go on: calls fail from now on, and the program should end it.
  std::function<void(const fault& why)> failed = {};
};

} // namespace troupe
