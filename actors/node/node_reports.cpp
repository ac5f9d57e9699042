#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/pool_survey.hpp"
#include "actors/node/status_json.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/array.hpp>

#include <unistd.h>

#include <algorithm>

namespace troupe::node::operations {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

json::object log_object(const log_tail& tail) {
  return {{"lines", json::array(tail.lines.begin(), tail.lines.end())},
          {"earlier", tail.earlier}};
}

/// The last lines of all workers of a pool, being asked for one by one.
class pool_log : public std::enable_shared_from_this<pool_log> {
public:
  pool_log(const pool_entry& pool, pending_call caller)
    : name_(pool.context->config.name)
    , supervisor_(pool.supervisor)
    , caller_(std::move(caller)) {}

  void ask(node_state& node) {
    node.self->request(supervisor_, 2s, atom::status_v)
        .then([me = shared_from_this(), &node](
                  pool_status& status) { me->ask_for(node, 0, status.known_replicas); },
              [me = shared_from_this()](caf::error& e) {
                me->caller_.settle(failure(to_fault(e)));
              });
  }

private:
  void ask_for(node_state& node, int32_t index, int32_t count) {
    if (index >= count)
      return answer(caller_, json::object{{"workers", std::move(workers_)}});
    auto next = [me = shared_from_this(), &node, index, count] {
      me->ask_for(node, index + 1, count);
    };
    node.self->request(supervisor_, 2s, atom::tail_v, index)
        .then(
            [me = shared_from_this(), index, next](log_tail& tail) {
              auto row = log_object(tail);
              row["name"] = worker_name(me->name_, index);
              me->workers_.push_back(std::move(row));
              next();
            },
            [next](caf::error&) { next(); });
  }

  std::string name_;
  supervisor_actor supervisor_;
  pending_call caller_;
  json::array workers_;
};

void show_pool(node_state& node, pending_call c, const target& about) {
  auto finish = [c = std::move(c)](const survey_rows& rows) mutable {
    auto& r = rows.front();
    auto pool = to_json(r.pool->config, r.queue, r.status);
    json::array workers;
    for (auto& s : r.status.replicas)
      workers.push_back(to_json(r.pool->config, s));
    pool["workers"] = std::move(workers);
    answer(c, std::move(pool));
  };
  survey(node, *about.pool, survey_need::usage, std::move(finish));
}

void list_workers(node_state& node, pending_call c) {
  auto finish = [c = std::move(c)](const survey_rows& rows) mutable {
    json::array workers;
    for (auto& r : rows)
      for (auto& s : r.status.replicas)
        workers.push_back(to_json(r.pool->config, s));
    answer(c, std::move(workers));
  };
  survey_all(node, survey_need::usage, std::move(finish));
}

void show_worker(node_state& node, pending_call c, const target& about) {
  auto finish = [c = std::move(c),
                 index = about.worker](const survey_rows& rows) mutable {
    auto& r = rows.front();
    auto& all = r.status.replicas;
    auto found =
        std::find_if(all.begin(), all.end(), [&](auto& s) { return s.index == index; });
    if (found != all.end())
      return answer(c, to_json(r.pool->config, *found));
    c.settle(failure(code::worker_not_found, "worker "
                                                 + worker_name(r.pool->config.name, index)
                                                 + " does not run now"));
  };
  survey(node, *about.pool, survey_need::usage, std::move(finish));
}

void show_log(node_state& node, pending_call c, const target& about) {
  if (about.worker < 0) // the logs of all its workers, also of those that are gone
    return std::make_shared<pool_log>(*about.pool, std::move(c))->ask(node);
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(about.pool->supervisor, 2s, atom::tail_v, about.worker)
      .then([shared](log_tail& tail) { answer(*shared, log_object(tail)); },
            [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

void show_health(node_state& node, pending_call c) {
  auto o = identity(node);
  o["status"] = node.draining ? "draining" : "ok";
  o["service"] = "troupe";
  if (node.context->fronts.clients_let_go)
    o["clients_let_go"] = node.context->fronts.clients_let_go();
  answer(c, std::move(o));
}

void show_ready(node_state& node, pending_call c) {
  auto draining = node.draining;
  auto finish = [c = std::move(c), draining](const survey_rows& rows) mutable {
    json::object pools;
    std::string missing;
    for (auto& r : rows) {
      auto ready = is_ready(r.pool->config, r.queue) && !draining;
      json::object pool{{"ready", ready}};
      if (r.queue.condition.what != code::none)
        pool["error"] = {{"code", to_string(r.queue.condition.what)},
                         {"message", r.queue.condition.message}};
      if (!ready)
        missing += (missing.empty() ? "" : ", ") + r.pool->config.name;
      pools[r.pool->config.name] = std::move(pool);
    }
    auto report = [&](bool ready) {
      json_object_writer out;
      out.add("ready", ready).add_json("pools", to_text(pools));
      return out;
    };
    if (draining)
      c.settle(
          failure(fault{code::shutting_down, {}, {.relayed = report(false).members()}}));
    else if (missing.empty())
      c.settle(outcome{shared_bytes{report(true).object()}});
    else
      c.settle(failure(fault{code::unavailable,
                             "not ready: " + missing,
                             {.relayed = report(false).members()}}));
  };
  survey_all(node, survey_need::status, std::move(finish));
}

} // namespace

json::object identity(const node_state& node) {
  auto up = node.self->clock().now() - node.started;
  return {
      {"name", node.context->config.name},
      {"version", TROUPE_VERSION},
      {"pid", ::getpid()},
      {"url", node.context->place.url},
      {"uptime_ms", std::chrono::duration_cast<std::chrono::milliseconds>(up).count()}};
}

void add_reports(operation_registry& all) {
  all.add({"pool", subject::pool, show_pool});
  all.add({"workers", list_workers});
  all.add({"worker", subject::worker, show_worker});
  all.add({"log", subject::replica, show_log});
  all.add({"health", show_health});
  all.add({"status", show_health});
  all.add({"ready", show_ready});
}

} // namespace troupe::node::operations
