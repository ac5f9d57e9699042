#pragma once

#include <utility>

namespace troupe::front {

/// Tells clients that go on asking from those that ask now and then. The memory that
/// served a request serves the next one, but thousands of clients may be connected that
/// ask for nothing: they should hold none of it.
class request_rhythm {
public:
  void note_request() noexcept {
    goes_on_ = std::exchange(asked_, true);
    asked_lately_ = true;
  }

  /// Whether the client has asked more than once since it was last silent: it will soon
  /// ask again.
  bool goes_on() const noexcept { return goes_on_; }

  /// Called about every second. Returns whether the client is silent: it has asked for
  /// nothing since the last call.
  bool note_second() noexcept {
    if (std::exchange(asked_lately_, false))
      return false;
    asked_ = goes_on_ = false;
    return true;
  }

private:
  /// Since the client was last silent.
  bool asked_ = false;
  bool goes_on_ = false;
  /// Since the last second.
  bool asked_lately_ = false;
};

} // namespace troupe::front
