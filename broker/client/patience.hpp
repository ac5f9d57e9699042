#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace troupe::client {

/// How long a client waits for a node that sends nothing. As it is made, it waits without
/// end and tells nobody.
struct patience {
  /// After so long, and again and again, the node is asked on a further connection
  /// whether it lives. Whatever it answers begins the wait anew, so a call may last.
  std::chrono::milliseconds ask_after = std::chrono::seconds{3};
  /// After so long `tell` is called.
  std::chrono::milliseconds tell_after = std::chrono::seconds{5};
  /// After so long the call fails; absent: never.
  std::optional<std::chrono::milliseconds> give_up_after = {};
  /// A call fails so long after its own timeout, which the node should have told. Only
  /// with `give_up_after`.
  std::chrono::milliseconds grace = std::chrono::seconds{5};
  /// Takes a sentence for the user, on the thread that waits. May be empty.
  std::function<void(const std::string&)> tell = {};
};

} // namespace troupe::client
