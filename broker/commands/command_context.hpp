#pragma once

#include "broker/client/node_locator.hpp"
#include "broker/client/patience.hpp"
#include "protocol/hello/introduction.hpp"

#include <iosfwd>

namespace troupe::commands {

/// The exit statuses of the program.
namespace exit_code {

inline constexpr int ok = 0;
/// The call or the operation failed, or what was checked is wrong.
inline constexpr int failed = 1;
/// Wrong arguments.
inline constexpr int usage = 2;
/// No node could be reached.
inline constexpr int no_node = 3;
/// Ended by Ctrl-C, as a shell counts it.
inline constexpr int interrupted = 130;

} // namespace exit_code

/// The streams, options and exit status of a command.
struct command_context {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  /// Whether `out` is a terminal that should show colours.
  bool colour = false;
  /// Whether `out` is a terminal, which text of workers could steer.
  bool terminal = false;
  /// Whether `err` is a terminal, on which progress may be shown.
  bool progress = false;
  int status = exit_code::ok;
  /// The node, as it was named before the subcommand.
  client::node_locator where = {};
  /// How a node that a command runs speaks to other nodes.
  hello::spoken_versions versions = {};
  /// With a node that does not answer. What there is to tell goes to `err`.
  client::patience patience = {.give_up_after = std::chrono::seconds{30}};
};

} // namespace troupe::commands
