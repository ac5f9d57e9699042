#pragma once

#include "broker/commands/command_context.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

#include <ostream>
#include <string_view>

/// Lists of what all nodes of a cluster have, from which a node may be missing.
namespace troupe::commands {

/// Says on stderr which nodes are missing from the answer to an operation that was asked
/// with `"silent":true`. Returns the list in it, as JSON; the whole answer of a node that
/// does not know this member.
/// @param key The member with the list, which says what it is of: `calls`.
inline std::string_view list_of_all_nodes(command_context& context,
                                          std::string_view answer, std::string_view key) {
  auto list = json_text::find_member(answer, key);
  auto silent = json_text::find_member(answer, "silent");
  if (!list || !silent || !silent->starts_with('['))
    return answer;
  json_text::element_reader nodes{*silent};
  while (auto node = nodes.next()) {
    auto name = json_text::text_member(*node, "node").value_or("");
    auto state = json_text::text_member(*node, "state").value_or("");
    auto is_gone = state == "suspect" || state == "down";
    context.err << name << (is_gone ? " is " + state : " did not answer") << ": its "
                << key << " are not shown\n";
  }
  return *list;
}

} // namespace troupe::commands
