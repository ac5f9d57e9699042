#include "actors/node/node_operations.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace troupe::node {

namespace operations {

namespace json = boost::json;
using namespace std::chrono_literals;

void answer(pending_call& c, const json::value& v) {
  c.settle(outcome{shared_bytes{json::serialize(v)}});
}

std::optional<target> find_place(node_state& node, pending_call& c) {
  auto payload = c.what.payload.view();
  auto text = json_text::text_member(payload, "name");
  auto where = text ? parse_address(*text) : std::nullopt;
  if (!where) {
    c.settle(malformed("name: expected the name of a pool or a worker"));
    return std::nullopt;
  }
  auto pool = node.find_pool(where->pool);
  if (!pool) {
    c.settle(fault{code::pool_not_found, "no pool named " + where->pool});
    return std::nullopt;
  }
  return target{pool, where->worker};
}

std::optional<target> find_target(node_state& node, pending_call& c) {
  auto t = find_place(node, c);
  if (!t)
    return t;
  auto& config = t->pool->context->config;
  auto size = static_cast<int32_t>(config.size);
  if (t->worker >= size) {
    c.settle(
        fault{code::worker_not_found, "no worker " + worker_name(config.name, t->worker)
                                          + ": the pool has " + std::to_string(size)});
    return std::nullopt;
  }
  return t;
}

std::optional<target> find_worker(node_state& node, pending_call& c) {
  auto t = find_target(node, c);
  if (t && t->worker < 0) {
    c.settle(malformed("name: expected a worker, such as pool.0"));
    return std::nullopt;
  }
  return t;
}

bool is_for_all(std::string_view payload) {
  auto all = json_text::find_member(payload, "all");
  return all && json_text::as_bool(*all).value_or(false);
}

std::optional<target> find_pool(node_state& node, pending_call& c) {
  auto t = find_target(node, c);
  if (t && t->worker >= 0) {
    auto& pool = t->pool->context->config.name;
    c.settle(malformed("name: this is for a whole pool; " + worker_name(pool, t->worker)
                       + " is one of its workers, the pool is " + pool));
    return std::nullopt;
  }
  return t;
}

namespace {

/// Restarts or stops what the payload names; answers `{member: count}`.
template <class Atom>
void order(node_state& node, pending_call c, Atom what, const char* member) {
  auto t = find_target(node, c);
  if (!t)
    return;
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(t->pool->supervisor, caf::infinite, what, t->worker)
      .then(
          [shared, member](uint64_t n) {
            answer(*shared, {{member, n}});
          },
          [shared](caf::error& e) { shared->settle(to_fault(e)); });
}

/// Restarts the workers of every pool; one after the other within a pool. Answers how
/// many it were, and which pools failed.
class restart_of_all : public std::enable_shared_from_this<restart_of_all> {
public:
  explicit restart_of_all(pending_call caller)
    : caller_(std::move(caller)) {}

  void begin(node_state& node) {
    for (auto& [name, entry] : node.pools)
      if (!entry.removing && !entry.context->config.terminal.spawned)
        ask(node, name, entry.supervisor);
    arrived();
  }

private:
  void ask(node_state& node, const std::string& pool, const supervisor_actor& who) {
    ++missing_;
    node.self->request(who, caf::infinite, atom::restart_v, int32_t{-1})
        .then(
            [me = shared_from_this()](uint64_t n) {
              me->restarted_ += n;
              me->arrived();
            },
            [me = shared_from_this(), pool](caf::error& e) {
              auto why = to_fault(e);
              json::error_code ec;
              me->failed_[pool] = parse_document(to_json(why), ec);
              me->why_ = {why.what, "pool " + pool + ": " + why.message};
              me->arrived();
            });
  }

  void arrived() {
    if (--missing_ > 0)
      return;
    if (failed_.empty())
      return answer(caller_, {{"restarted", restarted_}});
    why_.details.relayed = json_object_writer{}
                               .add("restarted", restarted_)
                               .add_json("failed", json::serialize(failed_))
                               .members();
    caller_.settle(std::move(why_));
  }

  pending_call caller_;
  size_t missing_ = 1;
  uint64_t restarted_ = 0;
  json::object failed_;
  fault why_;
};

void restart(node_state& node, pending_call c) {
  if (is_for_all(c.what.payload.view()))
    return std::make_shared<restart_of_all>(std::move(c))->begin(node);
  order(node, std::move(c), atom::restart_v, "restarted");
}

void stop(node_state& node, pending_call c) {
  order(node, std::move(c), atom::stop_v, "stopped");
}

/// Has the pool that the payload names take no calls, or take them again.
template <class Atom>
void admit(node_state& node, pending_call c, Atom what) {
  auto t = find_pool(node, c);
  if (!t)
    return;
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(t->pool->broker, 2s, what)
      .then(
          [shared](Atom) {
            answer(*shared, {{"admitting", Atom{} == atom::resume_v}});
          },
          [shared](caf::error& e) { shared->settle(to_fault(e)); });
}

void drain(node_state& node, pending_call c) {
  admit(node, std::move(c), atom::pause_v);
}

void resume(node_state& node, pending_call c) {
  admit(node, std::move(c), atom::resume_v);
}

void follow_events(node_state& node, pending_call c) {
  if (!c.sink) {
    c.settle(malformed("events are for clients of a front"));
    return;
  }
  submissions one;
  one.push_back({std::move(c.what), std::move(c.sink), c.tag});
  node.self->send(node.context->events, std::move(one));
}

void shut_down(node_state& node, pending_call c) {
  answer(c, {{"stopping", true}});
  node.context->request_stop();
}

constexpr bool begins = true;

/// Every operation there is: a new one adds its row.
constexpr std::array table = {
    operation{"agents.config", show_agent_config},
    operation{"agents.crashes", show_crashes},
    operation{"agents.metrics", show_agent_metrics},
    operation{"agents.preflight", preflight},
    operation{"agents.renew", renew_session},
    operation{"agents.replay", follow_events},
    operation{"agents.send", send_to_channel},
    operation{"agents.status", show_agent_status},
    operation{"configure", configure, begins},
    operation{"drain", drain},
    operation{"events", follow_events},
    operation{"health", show_health},
    operation{"log", show_log},
    operation{"nodes", list_nodes},
    operation{"pool", show_pool},
    operation{"pools", list_pools},
    operation{"release", release},
    operation{"session", show_session},
    operation{"spawn", spawn, begins},
    operation{"spawned", list_spawned},
    operation{"ready", show_ready},
    operation{"reload", reload, begins},
    operation{"remove", remove},
    operation{"restart", restart, begins},
    operation{"resume", resume, begins},
    operation{"scale", scale, begins},
    operation{"session.continue", converse},
    operation{"session.history", converse},
    operation{"session.list", converse},
    operation{"session.run", converse},
    operation{"session.status", converse},
    operation{"session.stop", converse},
    operation{"shutdown", shut_down},
    operation{"status", show_health},
    operation{"stop", stop},
    operation{"worker", show_worker},
    operation{"terminal", find_terminal},
    operation{"workers", list_workers},
};

} // namespace

} // namespace operations

const operation* find_operation(std::string_view name) {
  for (auto& row : operations::table)
    if (row.name == name)
      return &row;
  return nullptr;
}

std::string operation_names() {
  std::string out;
  for (auto& row : operations::table) {
    if (!out.empty())
      out += ", ";
    out += row.name;
  }
  return out;
}

} // namespace troupe::node
