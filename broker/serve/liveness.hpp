#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::serve {

/// Sees that every part of the node still works, one round after the other. In a round
/// each part is asked once. The round is over when the last of them has answered. The
/// next round begins with the next `tick`, so a part that hangs ends the signs of life.
class liveness {
public:
  /// A part that is asked.
  struct part {
    /// As the log names it, e.g. `I/O loop 0`.
    std::string name;
    /// Has the part call `answered`, once, on any thread.
    std::function<void(std::function<void()> answered)> ask;
  };

  /// @param alive Called when a round is over, on the thread of the last answer.
  /// @param late Called by `tick` with the names of the parts that have not answered
  /// since the one before; once a round.
  liveness(std::vector<part> parts, std::function<void()> alive,
           std::function<void(const std::string& names)> late);

  /// Calls neither function from here on, though answers may still come.
  ~liveness();
  liveness(const liveness&) = delete;
  liveness& operator=(const liveness&) = delete;

  /// Begins a round, if the one before is over. Thread-safe.
  void tick();

private:
  struct state;
  /// Shared with the answers that are still to come.
  std::shared_ptr<state> state_;
};

} // namespace troupe::serve
