#include "broker/commands/followed_nodes.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

#include <utility>

namespace troupe::commands {

std::vector<followed_nodes::order> followed_nodes::take(std::string_view answer) {
  std::lock_guard lock{mutex_};
  std::vector<order> all;
  if (!answer.starts_with('['))
    return all;
  auto begins = std::exchange(is_first_, false);
  json_text::element_reader rows{answer};
  while (auto row = rows.next()) {
    auto node = json_text::text_member(*row, "node");
    if (!node || json_text::text_member(*row, "state") == "down")
      continue;
    auto& e = nodes_[*node];
    if (std::exchange(e.is_followed, true))
      continue;
    auto run = json_text::find_member(*row, "incarnation").value_or("");
    if (e.next.empty())
      e.next = begins ? "null" : "0";
    else if (e.incarnation != run)
      e.next = "0";
    e.incarnation = run;
    auto is_asked = json_text::find_member(*row, "self") == "true";
    all.push_back(
        {*node, std::string{node_target} + (is_asked ? "" : '@' + *node), e.next});
  }
  return all;
}

void followed_nodes::note(const std::string& node, std::string_view next) {
  std::lock_guard lock{mutex_};
  nodes_[node].next = next;
}

void followed_nodes::lose(const std::string& node) {
  std::lock_guard lock{mutex_};
  nodes_[node].is_followed = false;
}

} // namespace troupe::commands
