#pragma once

#include <cstdint>

namespace troupe::loop {

/// Has bytes to write. A loop calls it at the end of a turn, so that all bytes of a
/// turn for one descriptor leave in one system call.
class flushable {
public:
  /// The order in which they write at the end of a turn.
  enum class turn_order : uint8_t {
    /// Children first: they work while the node goes on.
    child,
    /// Clients may be held back a few turns while more events are ready, so that their
    /// answers leave together.
    client,
  };

  explicit flushable(turn_order order)
    : order_(order) {}
  virtual ~flushable() = default;
  flushable(const flushable&) = delete;
  flushable& operator=(const flushable&) = delete;

  /// Writes what can be written without waiting. Called by the loop, on its thread.
  virtual void flush() = 0;

private:
  friend class event_loop;
  turn_order order_;
  /// Whether it stands in one of the loop's lists.
  bool listed_ = false;
};

} // namespace troupe::loop
