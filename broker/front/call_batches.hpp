#pragma once

#include "actors/interfaces/directory.hpp"
#include "actors/loop/loop.hpp"

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::front {

/// The calls that the connections of a loop have read in one iteration: each callee gets
/// its share as one message. With a message for each read, 64 clients that have one call
/// open each would cost 64 messages. For the loop's thread only.
class call_batches {
public:
  /// Adds `s` to the calls for the callee that `to` names, and returns that callee.
  /// Fails if there is none.
  result<callee_actor> add(const directory& names, std::string_view to, submission&& s);

  /// Sends the calls that were added. A name may mean another callee afterwards.
  void send();

  /// Whether somebody has seen to it that `send` is called at the end of the iteration.
  bool is_awaited() const noexcept { return awaited_; }
  void set_awaited() noexcept { awaited_ = true; }

private:
  std::vector<std::pair<callee_actor, submissions>> batches_;
  /// All names of one iteration are of one moment.
  std::shared_ptr<const directory::table> table_;
  bool awaited_ = false;
};

/// The batches of each loop. Thread-safe.
class loop_batches {
public:
  std::shared_ptr<call_batches> of(const loop::event_loop& loop);

private:
  std::mutex mutex_;
  std::vector<std::pair<const loop::event_loop*, std::shared_ptr<call_batches>>> all_;
};

} // namespace troupe::front
