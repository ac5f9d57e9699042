#include "actors/node/operation_registry.hpp"

#include <utility>

namespace troupe::node {

operation::operation(std::string called, runner does, bool starts)
  : operation(
      std::move(called), subject::none,
      [does = std::move(does)](node_state& node, pending_call c, const target&) {
        does(node, std::move(c));
      },
      starts) {}

operation::operation(std::string called, subject of, subject_runner does, bool starts)
  : name(std::move(called))
  , about(of)
  , run(std::move(does))
  , begins(starts) {}

void operation_registry::add(operation op) {
  auto name = op.name;
  all_.insert_or_assign(std::move(name), std::move(op));
}

const operation* operation_registry::find(std::string_view name) const {
  auto i = all_.find(name);
  return i == all_.end() ? nullptr : &i->second;
}

std::string operation_registry::names() const {
  std::string out;
  for (auto& [name, op] : all_) {
    if (!out.empty())
      out += ", ";
    out += name;
  }
  return out;
}

} // namespace troupe::node
