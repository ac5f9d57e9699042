#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace troupe::front {

/// What a client sent and the front has not handled yet. While there is some, nothing
/// more is read from its socket.
class pending_input {
public:
  bool empty() const noexcept { return bytes_.empty(); }
  void keep(std::string_view bytes) { bytes_ = bytes; }
  std::string take() { return std::exchange(bytes_, {}); }

  /// Returns whether the loop is to be asked for another iteration: it is not yet.
  bool begin_iteration() { return !std::exchange(scheduled_, true); }
  /// That iteration has come.
  void end_iteration() { scheduled_ = false; }

  /// The client sends nothing more.
  void end() { ended_ = true; }
  bool has_ended() const noexcept { return ended_; }

private:
  std::string bytes_;
  bool scheduled_ = false;
  bool ended_ = false;
};

} // namespace troupe::front
