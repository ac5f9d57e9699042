#pragma once

#include "actors/interfaces/fan_in.hpp"
#include "actors/node/node_operations.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/listing_limits.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One question to all other nodes of the cluster.
namespace troupe::node {

/// A node that is missing in a list of what all nodes have.
struct silent_node {
  std::string name;
  cluster::node_state state = cluster::node_state::down;
};

using silent_nodes = std::vector<silent_node>;

/// What asks one node: a call, and what takes its answer.
using ask_node = std::function<void(const std::string& name, call what)>;

/// Returns the nodes that cannot be asked, and calls `ask` for each of the others.
inline silent_nodes ask_other_nodes(node_state& node, std::string_view operation,
                                    const shared_bytes& payload, const ask_node& ask) {
  silent_nodes silent;
  auto& others = node.context->runtime.others;
  auto known = others ? others->get() : nullptr;
  for (auto& [name, peer] : known ? known->nodes : decltype(known->nodes){}) {
    if (peer.state != cluster::node_state::up
        && peer.state != cluster::node_state::leaving) {
      silent.push_back({name, peer.state});
      continue;
    }
    call what;
    what.kind = shared_bytes{std::string{operation}};
    what.payload = payload;
    what.taken = node.self->clock().now();
    what.timeout = limits::listing_patience;
    what.pool = node_target;
    what.node = name;
    ask(name, std::move(what));
  }
  return silent;
}

/// Asks each other node that can be asked for its part of a list. `Gathered` has a member
/// `silent` for those that cannot, and for those that do not answer in time.
/// @param take Called with what was gathered, the name of a node and its answer.
template <class Gathered, class Take>
void gather_from_others(node_state& node, fan_in<Gathered>& all,
                        std::string_view operation, const shared_bytes& payload,
                        Take take) {
  auto ask = [&](const std::string& name, call what) {
    auto patience = limits::listing_patience + std::chrono::seconds{1};
    all.template expect<outcome>(
        node.self->request(node.context->runtime.directory->route(), patience,
                           std::move(what)),
        [take, name](Gathered& out, outcome& answer) {
          take(out, name, answer.payload.view());
        },
        [name, others = node.context->runtime.others](Gathered& out, caf::error& why) {
          // It has answered that it has no such pool: nothing is missing.
          if (to_fault(why).what != code::pool_not_found)
            out.silent.push_back({name, others->get()->state_of(name)});
        });
  };
  all.gathered().silent = ask_other_nodes(node, operation, payload, ask);
}

/// Returns the answer to a question of which `payload` may say `"silent":true`, as one
/// then wants to know which nodes are missing.
/// @param rows A list as JSON.
/// @returns `{"KEY":ROWS,"silent":[{"node":"beta","state":"down"}]}`, or `rows` alone.
inline std::string list_with_silent(std::string_view payload, std::string_view key,
                                    std::string rows, silent_nodes silent) {
  if (!json_text::flag_member(payload, "silent").value_or(false))
    return rows;
  std::sort(silent.begin(), silent.end(),
            [](auto& a, auto& b) { return a.name < b.name; });
  json_array_writer nodes;
  for (auto& s : silent)
    nodes.add_json(json_object_writer{}
                       .add("node", s.name)
                       .add("state", cluster::word_for(s.state))
                       .object());
  return json_object_writer{}
      .add_json(key, rows)
      .add_json("silent", nodes.array())
      .object();
}

} // namespace troupe::node
