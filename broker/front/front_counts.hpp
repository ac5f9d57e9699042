#pragma once

#include "protocol/base/shared_count.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::front {

/// Why a client was turned away before it had said anything.
enum class turned_away : uint8_t {
  /// The front has as many clients as it takes.
  too_many,
  /// The socket is for processes of the node's user.
  other_user,
  /// The node could open no descriptor for it.
  no_descriptor,
  count_,
};

/// Returns the label of a reason.
constexpr std::string_view to_string(turned_away why) {
  constexpr std::array<std::string_view, static_cast<size_t>(turned_away::count_)> words =
      {"too_many", "other_user", "no_descriptor"};
  return words[static_cast<size_t>(why)];
}

/// What one front has counted since the node began. Its clients are on all loops, and no
/// actor stands for them: hence counts that are shared. Each is added to beside a system
/// call, which costs far more. Thread-safe.
class front_counts {
public:
  /// @param name Of the front, as a label.
  explicit front_counts(std::string name = {})
    : name_(std::move(name)) {}

  const std::string& name() const noexcept { return name_; }

  void refuse(turned_away why) noexcept { refused_[static_cast<size_t>(why)].add(); }
  uint64_t refused(turned_away why) const noexcept {
    return refused_[static_cast<size_t>(why)].get();
  }

  /// Connections that were taken in.
  shared_count opened;
  /// Bytes on the network, with what TLS adds.
  shared_count received_bytes;
  shared_count sent_bytes;

private:
  std::string name_;
  std::array<shared_count, static_cast<size_t>(turned_away::count_)> refused_;
};

} // namespace troupe::front
