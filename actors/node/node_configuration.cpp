#include "actors/node/configuration_json.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"

#include <boost/json/object.hpp>

/// What the node was told to do.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;

void show_configuration(node_state& node, pending_call c) {
  auto& with = *node.context;
  auto own = configuration_json(with.config);
  own["state_dir"] = with.place.state_dir;
  own["socket"] = with.place.socket;
  own["url"] = with.place.url;
  json::object pools;
  for (auto& [name, entry] : node.pools) {
    if (entry.removing)
      continue;
    auto pool = configuration_json(entry.context->config);
    // Such a pool is not as the file says, or is not in it.
    pool["by_request"] = entry.by_request;
    pools[name] = std::move(pool);
  }
  json::object added;
  for (auto& [name, entry] : node.added)
    added[name] = configuration_json(entry.context->config);
  answer(c, json::object{{"node", std::move(own)},
                         {"pools", std::move(pools)},
                         {"operations", std::move(added)}});
}

} // namespace

void add_configuration(operation_registry& all) {
  all.add({"configuration", show_configuration});
}

} // namespace troupe::node::operations
