#pragma once

#include "protocol/base/shared_count.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe {

/// What became of a message for the program on a terminal.
enum class delivery_result : uint8_t {
  /// It was typed, and its echo was seen.
  verified,
  /// It was typed. Nothing more can be known, since the kernel echoes by itself.
  injected,
  failed,
  count_,
};

/// Returns the label of a result.
constexpr std::string_view to_string(delivery_result r) {
  constexpr std::array<std::string_view, static_cast<size_t>(delivery_result::count_)>
      words = {"verified", "injected", "failed"};
  return words[static_cast<size_t>(r)];
}

/// What the terminals of a node have counted. They are on several loops, and the totals
/// outlive each of them: hence counts that are shared. Terminals write, the node reads:
/// thread-safe.
class terminal_counts {
public:
  /// Terminals whose program runs.
  shared_count living;
  /// Bytes that programs have printed.
  shared_count output_bytes;
  /// Bytes that programs were sent, whoever typed them.
  shared_count input_bytes;

  void count(delivery_result r) noexcept { deliveries_[static_cast<size_t>(r)].add(); }
  uint64_t deliveries(delivery_result r) const noexcept {
    return deliveries_[static_cast<size_t>(r)].get();
  }

private:
  std::array<shared_count, static_cast<size_t>(delivery_result::count_)> deliveries_;
};

} // namespace troupe
