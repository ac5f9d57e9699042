#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace troupe::front::dashboard {

/// Who answers a look.
enum class look_target : uint8_t {
  /// The node, by an operation.
  node,
  /// The terminal that the member `name` of the payload names.
  terminal,
};

/// A thing that may be looked at: it changes nothing, so the view key is enough. Its
/// texts are literals.
struct look_kind {
  std::string_view ask;
  look_target target = look_target::node;
  /// The members that its payload may have, separated by spaces.
  std::string_view members = {};

  bool takes(std::string_view member) const;
};

/// The events as they come are no answer that is asked for each second.
inline constexpr look_kind events_kind{"events", look_target::node,
                                       "since kinds workers output_since node"};

/// Returns all things that may be looked at.
std::span<const look_kind> look_kinds();

/// Returns the one of this name, or nullptr.
const look_kind* find_look_kind(std::string_view ask);

} // namespace troupe::front::dashboard
