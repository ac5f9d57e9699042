#include "actors/interfaces/fan_in.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/status_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/config/check_of.hpp"
#include "protocol/config/load.hpp"
#include "protocol/config/loops.hpp"

#include <boost/json/array.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>

namespace troupe::node::operations {

namespace {

namespace json = boost::json;

/// The changes that a reload made.
struct reload_summary {
  json::array added, changed, removed, unchanged;
  /// How many workers were replaced, by pools that all others than these left alone.
  json::object replaced;
  json::object failed;
  /// What has changed of the followers; null if nothing has.
  json::value followers;
  std::vector<std::string> wait_for_restart;
  /// The first that failed.
  fault why;
};

using reload_fan_in = fan_in<reload_summary>;
using reload_ptr = std::shared_ptr<reload_fan_in>;

/// Tells whoever asked which tables of the file were not taken over.
void add_waiting(json::object& answer, const std::vector<std::string>& tables) {
  if (!tables.empty())
    answer["wait_for_restart"] = json::array(tables.begin(), tables.end());
}

void answer_reload(pending_call& c, reload_summary& all) {
  json::object done{{"added", std::move(all.added)},
                    {"changed", std::move(all.changed)},
                    {"removed", std::move(all.removed)},
                    {"unchanged", std::move(all.unchanged)}};
  if (!all.replaced.empty())
    done["replaced"] = std::move(all.replaced);
  if (!all.followers.is_null())
    done["followers"] = std::move(all.followers);
  add_waiting(done, all.wait_for_restart);
  if (all.failed.empty())
    return answer(c, std::move(done));
  done["failed"] = std::move(all.failed);
  all.why.details.relayed = json_text::members_in(to_text(done));
  c.settle(failure(std::move(all.why)));
}

void change(node_state& node, pool_entry& entry, const config::pool& to,
            const reload_ptr& all, reload_scope scope) {
  auto same = entry.context->config == to;
  auto note = [same, name = to.name, &node](reload_summary& sum,
                                            const result<quantity>& replaced) {
    if (!replaced) {
      auto& why = replaced.error();
      auto now = node.find_pool(name);
      auto state = now && now->changed_in_part ? " has changed only in part: "
                                               : " goes on as before: ";
      // With the end of the worker's stderr, if it was a worker.
      sum.failed[name] = to_value(why);
      if (sum.why.what == code::none)
        sum.why = {why.what, "pool " + name + state + why.message};
    } else if (same) {
      sum.replaced[name] = uint64_t{*replaced};
    } else {
      sum.changed.emplace_back(name);
    }
  };
  node.change_pool(entry, to, scope, all->expect(std::move(note)));
}

void reload_followers(node_state& node, followers::follower_list wanted,
                      reload_fan_in& all) {
  all.expect<followers::follower_changes>(
      node.self->request(node.context->runtime.followers, caf::infinite, atom::reload_v,
                         std::move(wanted)),
      [](reload_summary& sum, followers::follower_changes& changes) {
        if (!changes.is_empty())
          sum.followers = to_json(changes);
      });
}

size_t loops_of(const node_state& node) {
  return node.context->runtime.loops.size();
}

/// @param scope `all` where programs may have changed though the configuration has not.
void reload_all(node_state& node, pending_call c, reread_config read,
                reload_scope scope) {
  auto& wanted = read.pools;
  auto replaces_all = scope == reload_scope::all;
  auto finish = [c = std::move(c)](reload_summary& done) mutable {
    answer_reload(c, done);
  };
  auto all = std::make_shared<reload_fan_in>(std::move(finish));
  auto& sum = all->gathered();
  sum.wait_for_restart = std::move(read.wait_for_restart);
  for (auto& p : wanted) {
    auto entry = node.find_pool(p.name);
    if (entry && entry->runs(p) && !replaces_all) {
      sum.unchanged.emplace_back(p.name);
    } else if (entry) {
      entry->by_request = false;
      change(node, *entry, p, all, entry->changed_in_part ? reload_scope::all : scope);
    } else if (node.pools.count(p.name) > 0) {
      sum.failed[p.name] = json::object{{"code", to_string(code::conflict)}};
      sum.why = {code::conflict, "pool " + p.name + " is still being removed"};
    } else if (auto why = config::why_too_few_loops(p, loops_of(node)); !why.empty()) {
      sum.failed[p.name] = json::object{{"code", to_string(code::conflict)}};
      sum.why = {code::conflict, "pool " + p.name + " is not added: loops: " + why};
    } else {
      node.add_pool(p);
      sum.added.emplace_back(p.name);
    }
  }
  for (auto& [name, entry] : node.pools) {
    auto is_it = [&n = name](const config::pool& p) { return p.name == n; };
    if (entry.removing || std::any_of(wanted.begin(), wanted.end(), is_it))
      continue;
    auto& config = entry.context->config;
    if (entry.by_request && replaces_all && !config.is_for_one_client())
      change(node, entry, config, all, scope);
    if (entry.by_request)
      continue;
    node.remove_pool(entry, all->expect([n = name](reload_summary& done) {
      done.removed.emplace_back(n);
    }));
  }
  node.publish_directory();
  reload_followers(node, std::move(read.followers), *all);
  all->close();
}

/// Changes the pool and answers how many workers were replaced.
/// @param changed Called when it has changed.
void change_one(
    node_state& node, pending_call c, pool_entry& entry, const config::pool& to,
    reload_scope scope, json::object facts,
    const std::function<void()>& changed = [] {}) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  auto done = [shared, facts, changed](const result<quantity>& replaced) mutable {
    if (!replaced)
      return shared->settle(failure(replaced.error()));
    changed();
    facts["replaced"] = uint64_t{*replaced};
    answer(*shared, std::move(facts));
  };
  node.change_pool(entry, to, scope, std::move(done));
}

void refuse(pending_call& c, const std::vector<config::mistake>& mistakes) {
  std::string text;
  for (auto& m : mistakes) {
    text += text.empty() ? "" : "; ";
    text += m.key.empty() ? m.message : m.key + ": " + m.message;
  }
  c.settle(failure(malformed(std::move(text))));
}

/// `{"name"?,"all"?}`: reads the file again, for one pool or for all, followers too; with
/// `all` each worker is replaced, whether its pool has changed or not.
void reload(node_state& node, pending_call c) {
  std::optional<target> one;
  auto payload = c.what.payload.view();
  auto all = find_flag(c, "all");
  if (!all)
    return;
  auto scope = *all ? reload_scope::all : reload_scope::where_different;
  if (json_text::is_object(payload) && json_text::find(payload, "name")) {
    one = find_subject(node, c, subject::pool);
    if (!one)
      return;
  }
  if (!node.context->process.reread)
    return c.settle(failure(code::conflict, "the node was started without a file"));
  auto has_pools = std::any_of(node.pools.begin(), node.pools.end(), [](auto& p) {
    return !p.second.by_request && !p.second.removing;
  });
  auto read = node.context->process.reread(has_pools);
  ++(read ? node.counts.reloads : node.counts.failed_reloads);
  if (!read) {
    write_log(*node.context->log, spdlog::level::err, {.event = "reload_failed"},
              "not reloaded, nothing is changed: {}", read.error());
    return c.settle(failure(malformed("nothing is changed: " + read.error())));
  }
  if (!one)
    return reload_all(node, std::move(c), *std::move(read), scope);
  auto& wanted = read->pools;
  auto config = one->pool->context->config;
  auto in_file = std::find_if(wanted.begin(), wanted.end(),
                              [&](auto& p) { return p.name == config.name; });
  if (in_file != wanted.end())
    config = *in_file;
  else if (!one->pool->by_request)
    return c.settle(failure(
        code::conflict, "nothing is changed: the configuration has no pool " + config.name
                            + " any more; a reload of all pools removes it"));
  json::object facts{{"name", config.name}};
  add_waiting(facts, read->wait_for_restart);
  // Its programs may have changed though the file has not: that is why one asks.
  change_one(node, std::move(c), *one->pool, config, reload_scope::all, std::move(facts));
}

/// Returns why `p` cannot stand before the pools that it names, as the pools are now.
result<void, config::misplacement> check_of(const node_state& node,
                                            const config::pool& p) {
  std::vector<config::pool> all{p};
  for (auto& [name, entry] : node.pools)
    if (name != p.name && !entry.removing)
      all.push_back(entry.context->config);
  return config::check_of(p.name, all, node.context->config.name,
                          node.context->runtime.others != nullptr);
}

/// `{"name", …}`: makes or changes a pool; the other members are those of `[pool.NAME]`.
void configure(node_state& node, pending_call c) {
  auto payload = c.what.payload.view();
  auto name = json_text::text_member(payload, "name");
  if (!name)
    return c.settle(failure(malformed("name: expected the name of a pool")));
  auto read = config::pool_from_json(*name, payload, node.context->place.folder,
                                     node.context->known.kinds->known());
  if (!read)
    return refuse(c, read.error());
  auto& p = *read;
  if (auto& here = node.context->config.name; !p.runs_on(here))
    return c.settle(failure(
        malformed("on: expected " + here + " among them: the pool is for this node")));
  if (auto good = check_of(node, p); !good)
    return c.settle(failure(malformed(good.error().key + ": " + good.error().why)));
  if (auto why = config::why_too_few_loops(p, loops_of(node)); !why.empty())
    return c.settle(failure(malformed("loops: " + why)));
  if (auto entry = node.find_pool(*name)) {
    entry->by_request = true;
    return change_one(node, std::move(c), *entry, p, reload_scope::where_different,
                      {{"name", p.name}, {"created", false}});
  }
  if (node.pools.count(*name) > 0)
    return c.settle(failure(code::conflict, "pool " + *name + " is still being removed"));
  node.add_pool(p);
  node.find_pool(*name)->by_request = true;
  node.publish_directory();
  answer(c, {{"name", p.name}, {"created", true}, {"replaced", 0}});
}

/// `{"name","size"}`: changes how many workers a pool has.
void scale(node_state& node, pending_call c, const target& about) {
  auto read = config::resized(about.pool->context->config, c.what.payload.view());
  if (!read)
    return refuse(c, read.error());
  auto& p = *read;
  auto said = [&node, pool = p.name, size = p.size,
               before = about.pool->context->config.size] {
    write_log(*node.context->log, spdlog::level::info,
              {.event = "pool_scaled", .pool = pool},
              "{}: scaled by an operator to {}, from {}", pool, counted(size, "worker"),
              before);
    node.self->send(
        node.context->runtime.events, atom::publish_v,
        event{"pool_scaled", {{"pool", pool}, {"size", size}, {"before", before}}, pool});
  };
  change_one(node, std::move(c), *about.pool, p, reload_scope::where_different,
             {{"name", p.name}, {"size", p.size}}, said);
}

/// `{"name"}`: stops a pool for good.
void remove(node_state& node, pending_call c, const target& about) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.remove_pool(*about.pool, [shared, name = about.pool->context->config.name] {
    answer(*shared, {{"name", name}, {"removed", true}});
  });
}

} // namespace

void add_pool_changes(operation_registry& all) {
  all.add({"reload", reload, begins});
  all.add({"configure", configure, begins});
  all.add({"scale", subject::pool, scale, begins});
  all.add({"remove", subject::pool, remove});
}

} // namespace troupe::node::operations
