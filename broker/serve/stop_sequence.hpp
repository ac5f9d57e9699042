#pragma once

namespace troupe::serve {

/// What a node does when it is asked to stop, and asked again. Orders of operators drain
/// it, however often they are repeated. Only signals are counted: the second one ends the
/// workers at once, the third one the process.
class stop_sequence {
public:
  enum class step {
    /// It drains already: nothing is new.
    none,
    drain,
    end_at_once,
    die,
  };

  /// A client ordered the node to stop, over a socket, over HTTP or from a peer.
  step order() { return draining_ ? step::none : begin(); }

  /// SIGTERM or SIGINT came.
  step signal() {
    switch (++signals_) {
      case 1:
        return draining_ ? step::none : begin();
      case 2:
        return step::end_at_once;
      default:
        return step::die;
    }
  }

  /// The node failed and ends at once: the next signal ends the process. Returns what is
  /// left to do: `end_at_once`, or `none` if that was done before.
  step fail() {
    draining_ = true;
    if (signals_ >= 2)
      return step::none;
    signals_ = 2;
    return step::end_at_once;
  }

  /// Returns whether the node drains, or does worse.
  bool has_begun() const noexcept { return draining_; }

private:
  step begin() {
    draining_ = true;
    return step::drain;
  }

  bool draining_ = false;
  int signals_ = 0;
};

} // namespace troupe::serve
