#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "protocol/base/rare.hpp"

#include <memory>
#include <string>
#include <utility>

namespace troupe::worker {

/// How the conversation with a child comes about.
class child_start {
public:
  /// The child that is taken over, if none is started.
  rare<detached_worker> adopted;
  /// Takes the starter's reports of the child. It keeps its actor, hence weak.
  std::weak_ptr<os::child_owner> mailbox;

  /// Opens the conversation; returns false if it was open.
  bool open() noexcept { return !std::exchange(is_open_, true); }

  /// Remembers the first output of a child that is not ready.
  void remember(std::string_view output);

  /// Returns that the child was not ready in time, and what came of it instead.
  /// @param worker Its name.
  /// @param is_awaited It runs, but there is nothing to talk through.
  fault explain_delay(const pool_context& pool, const std::string& worker,
                      bool is_awaited) const;

private:
  bool is_open_ = false;
  std::string first_output_;
};

} // namespace troupe::worker
