#include "actors/node/node_operations.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/load.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::node::operations {

namespace {

namespace json = boost::json;

/// What a reload did, or will have done when all pools have answered.
struct summary {
  json::array added, changed, removed, unchanged;
  /// How many workers were replaced, by pools that all others than these left alone.
  json::object replaced;
  json::object failed;
  /// The first that failed.
  fault why;
  size_t missing = 1;
  pending_call caller;

  /// One of the things waited for is there; the last settles the caller.
  void arrived() {
    if (--missing > 0)
      return;
    json::object all{{"added", std::move(added)},
                     {"changed", std::move(changed)},
                     {"removed", std::move(removed)},
                     {"unchanged", std::move(unchanged)}};
    if (!replaced.empty())
      all["replaced"] = std::move(replaced);
    if (failed.empty())
      return answer(caller, std::move(all));
    all["failed"] = std::move(failed);
    auto members = json::serialize(all);
    why.details.relayed = members.substr(1, members.size() - 2);
    caller.settle(std::move(why));
  }
};

using summary_ptr = std::shared_ptr<summary>;

/// @param replace_all Whether its workers are replaced though the pool stays the same.
void change(node_state& node, node_state::pool_entry& entry, const config::pool& to,
            const summary_ptr& all, bool replace_all) {
  ++all->missing;
  auto same = entry.context->config == to;
  auto done = [all, same, name = to.name](const std::variant<uint64_t, fault>& result) {
    if (auto why = std::get_if<fault>(&result)) {
      // With the end of the worker's stderr, if it was a worker.
      json::error_code ec;
      all->failed[name] = parse_document(to_json(*why), ec);
      if (all->why.what == code::none)
        all->why = {why->what, "pool " + name + " goes on as before: " + why->message};
    } else if (same) {
      all->replaced[name] = std::get<uint64_t>(result);
    } else {
      all->changed.emplace_back(name);
    }
    all->arrived();
  };
  node.change_pool(entry, to, replace_all, std::move(done));
}

/// @param replace_all Whether all workers are replaced: their programs may have changed
/// though the configuration has not.
void reload_all(node_state& node, pending_call c, const std::vector<config::pool>& wanted,
                bool replace_all) {
  auto all = std::make_shared<summary>();
  all->caller = std::move(c);
  for (auto& p : wanted) {
    auto entry = node.find_pool(p.name);
    if (entry && entry->context->config == p && !replace_all) {
      all->unchanged.emplace_back(p.name);
    } else if (entry) {
      entry->by_request = false;
      change(node, *entry, p, all, replace_all);
    } else if (node.pools.count(p.name) > 0) {
      all->failed[p.name] = json::object{{"code", to_string(code::conflict)}};
      all->why = {code::conflict, "pool " + p.name + " is still being removed"};
    } else {
      node.add_pool(p);
      all->added.emplace_back(p.name);
    }
  }
  for (auto& [name, entry] : node.pools) {
    auto is_it = [&n = name](const config::pool& p) { return p.name == n; };
    if (entry.removing || std::any_of(wanted.begin(), wanted.end(), is_it))
      continue;
    auto& config = entry.context->config;
    if (entry.by_request && replace_all && !config.terminal.spawned)
      change(node, entry, config, all, true);
    if (entry.by_request)
      continue;
    ++all->missing;
    node.remove_pool(entry, [all, n = name] {
      all->removed.emplace_back(n);
      all->arrived();
    });
  }
  node.publish_directory();
  all->arrived();
}

/// Changes the pool and answers how many workers were replaced.
void change_one(node_state& node, pending_call c, node_state::pool_entry& entry,
                const config::pool& to, bool replace_all, json::object facts) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  auto done = [shared, facts](const std::variant<uint64_t, fault>& result) mutable {
    if (auto replaced = std::get_if<uint64_t>(&result)) {
      facts["replaced"] = *replaced;
      answer(*shared, std::move(facts));
    } else {
      shared->settle(std::get<fault>(result));
    }
  };
  node.change_pool(entry, to, replace_all, std::move(done));
}

void refuse(pending_call& c, const std::vector<config::mistake>& mistakes) {
  std::string text;
  for (auto& m : mistakes) {
    text += text.empty() ? "" : "; ";
    text += m.key.empty() ? m.message : m.key + ": " + m.message;
  }
  c.settle(malformed(std::move(text)));
}

} // namespace

void reload(node_state& node, pending_call c) {
  std::optional<target> one;
  auto payload = c.what.payload.view();
  auto wants_all = is_for_all(payload);
  if (json_text::is_object(payload) && json_text::find(payload, "name")) {
    one = find_pool(node, c);
    if (!one)
      return;
  }
  if (!node.context->read_pools)
    return c.settle(fault{code::conflict, "the node was started without a file"});
  auto has_pools = std::any_of(node.pools.begin(), node.pools.end(), [](auto& p) {
    return !p.second.by_request && !p.second.removing;
  });
  auto read = node.context->read_pools(has_pools);
  if (auto wrong = std::get_if<std::string>(&read)) {
    node.context->log->error("not reloaded, nothing is changed: {}", *wrong);
    return c.settle(malformed("nothing is changed: " + *wrong));
  }
  auto& wanted = std::get<std::vector<config::pool>>(read);
  if (!one)
    return reload_all(node, std::move(c), wanted, wants_all);
  auto config = one->pool->context->config;
  auto in_file = std::find_if(wanted.begin(), wanted.end(),
                              [&](auto& p) { return p.name == config.name; });
  if (in_file != wanted.end())
    config = *in_file;
  else if (!one->pool->by_request)
    return c.settle(fault{
        code::conflict, "nothing is changed: the configuration has no pool " + config.name
                            + " any more; a reload of all pools removes it"});
  // Its programs may have changed though the file has not: that is why one asks.
  change_one(node, std::move(c), *one->pool, config, true, {{"name", config.name}});
}

void configure(node_state& node, pending_call c) {
  auto payload = c.what.payload.view();
  auto name = json_text::text_member(payload, "name");
  if (!name)
    return c.settle(malformed("name: expected the name of a pool"));
  auto read =
      config::pool_from_json(*name, payload, node.context->folder, *node.context->wires);
  if (auto mistakes = std::get_if<std::vector<config::mistake>>(&read))
    return refuse(c, *mistakes);
  auto& p = std::get<config::pool>(read);
  if (auto entry = node.find_pool(*name)) {
    entry->by_request = true;
    return change_one(node, std::move(c), *entry, p, false,
                      {{"name", p.name}, {"created", false}});
  }
  if (node.pools.count(*name) > 0)
    return c.settle(fault{code::conflict, "pool " + *name + " is still being removed"});
  node.add_pool(p);
  node.find_pool(*name)->by_request = true;
  node.publish_directory();
  answer(c, {{"name", p.name}, {"created", true}, {"replaced", 0}});
}

void scale(node_state& node, pending_call c) {
  auto t = find_pool(node, c);
  if (!t)
    return;
  auto read = config::resized(t->pool->context->config, c.what.payload.view());
  if (auto mistakes = std::get_if<std::vector<config::mistake>>(&read))
    return refuse(c, *mistakes);
  auto& p = std::get<config::pool>(read);
  change_one(node, std::move(c), *t->pool, p, false,
             {{"name", p.name}, {"size", p.size}});
}

void remove(node_state& node, pending_call c) {
  auto t = find_pool(node, c);
  if (!t)
    return;
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.remove_pool(*t->pool, [shared, name = t->pool->context->config.name] {
    answer(*shared, {{"name", name}, {"removed", true}});
  });
}

} // namespace troupe::node::operations
