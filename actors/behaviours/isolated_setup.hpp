#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace troupe::behaviours {

/// What an isolated behaviour is told by its environment, which other users cannot read,
/// other than a command line.
struct isolated_setup {
  static constexpr std::string_view variable = "TROUPE_BEHAVIOUR";

  /// The pool that it stands before; empty for none.
  std::string of;
  /// A JSON object.
  std::string options = "{}";
};

/// Returns the value of the variable. There is no placeholder of the configuration in it,
/// whatever the options say.
std::string to_text(const isolated_setup& setup);

/// Reads it back; fails with what is wrong.
result<isolated_setup, std::string> to_isolated_setup(std::string_view text);

} // namespace troupe::behaviours
