#pragma once

#include <cstdint>
#include <initializer_list>

namespace troupe::wires {

/// What a child understands beside calls.
enum class capability : uint8_t {
  /// That the caller of a call has left.
  cancel,
  /// Heartbeats.
  ping,
  /// That a conversation has ended.
  end_session,
};

/// A set of capabilities.
class capabilities {
public:
  constexpr capabilities() = default;
  constexpr capabilities(std::initializer_list<capability> all) {
    for (auto c : all)
      add(c);
  }

  constexpr void add(capability c) noexcept {
    bits_ = static_cast<uint8_t>(bits_ | bit(c));
  }
  constexpr bool has(capability c) const noexcept { return (bits_ & bit(c)) != 0; }

private:
  static constexpr uint8_t bit(capability c) noexcept {
    return static_cast<uint8_t>(1u << static_cast<unsigned>(c));
  }

  uint8_t bits_ = 0;
};

} // namespace troupe::wires
