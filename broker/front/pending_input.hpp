#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace troupe::front {

/// Bytes of a client that the front has not handled yet. While there are some, nothing
/// more is read from its socket.
class pending_input {
public:
  bool empty() const noexcept { return bytes_.empty(); }
  void keep(std::string_view bytes) { bytes_ = bytes; }
  std::string take() { return std::exchange(bytes_, {}); }

  /// Returns whether the loop must be asked for another iteration: true until
  /// `end_iteration`, once.
  bool begin_iteration() { return !std::exchange(scheduled_, true); }
  /// Notes that the iteration that was asked for has come.
  void end_iteration() { scheduled_ = false; }

  /// Notes that the client sends nothing more.
  void end() { ended_ = true; }
  bool has_ended() const noexcept { return ended_; }

private:
  std::string bytes_;
  bool scheduled_ = false;
  bool ended_ = false;
};

} // namespace troupe::front
