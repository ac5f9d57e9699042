#pragma once

#include "protocol/base/end_reason.hpp"
#include "protocol/config/config.hpp"

#include <chrono>
#include <optional>

namespace troupe::worker {

/// Whether a worker is due to be replaced because it has reached a limit of its own, and
/// whether it has asked for that.
class recycling {
public:
  /// Sets the limits. Before, there are none.
  void begin(const config::recycle& own) { own_ = own; }

  /// Returns the limits; 0 for none.
  const config::recycle& limits() const noexcept { return own_; }

  /// A limit is reached. Returns false if one was before: one reason is enough.
  bool reach(end_reason why) {
    if (due_)
      return false;
    due_ = why;
    return true;
  }

  /// Why the worker is due, if it is.
  const std::optional<end_reason>& due() const noexcept { return due_; }

  /// Whether it is due and has yet to ask.
  bool must_ask() const noexcept { return due_ && !asked_; }

  void note_asked() noexcept { asked_ = true; }

private:
  config::recycle own_;
  std::optional<end_reason> due_;
  bool asked_ = false;
};

} // namespace troupe::worker
