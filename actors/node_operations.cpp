#include "actors/node.hpp"
#include "protocol/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace troupe {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

void answer(pending_call& c, const json::value& v) {
  c.settle(outcome{slice{json::serialize(v)}, {}});
}

/// A question to several pools; `finish` is called when all have answered or failed to.
class gathering : public std::enable_shared_from_this<gathering> {
public:
  struct row {
    pool_context_ptr pool;
    queue_status queue;
    crew_status crew;
  };
  using finisher = std::function<void(std::vector<row>&)>;

  explicit gathering(finisher finish)
    : finish_(std::move(finish)) {}

  /// Asks `pools` (in their order) and calls the finisher, perhaps before returning.
  void ask(node_state& node, const std::vector<const node_state::pool_entry*>& pools) {
    missing_ = 1;
    rows_.reserve(pools.size());
    for (auto p : pools) {
      auto i = rows_.size();
      rows_.push_back({p->context, {}, {}});
      ask_one(node, p->broker, &row::queue, i);
      ask_one(node, p->supervisor, &row::crew, i);
    }
    arrived();
  }

private:
  template <class Handle, class Status>
  void ask_one(node_state& node, const Handle& who, Status row::*where, size_t i) {
    ++missing_;
    auto all = shared_from_this();
    node.self->request(who, 2s, atom::status_v)
        .then(
            [all, where, i](Status& s) {
              all->rows_[i].*where = std::move(s);
              all->arrived();
            },
            [all](caf::error&) { all->arrived(); });
  }

  void arrived() {
    if (--missing_ == 0)
      finish_(rows_);
  }

  finisher finish_;
  std::vector<row> rows_;
  size_t missing_ = 0;
};

void gather_all(node_state& node, gathering::finisher finish) {
  std::vector<const node_state::pool_entry*> all;
  for (auto& [name, entry] : node.pools)
    all.push_back(&entry);
  std::make_shared<gathering>(std::move(finish))->ask(node, all);
}

/// What an operation names: a pool, or one of its workers.
struct target {
  node_state::pool_entry* pool = nullptr;
  int32_t worker = -1;
};

/// Reads `{"name": …}` of an operation's payload; settles `c` and returns nothing if that
/// names nothing here.
std::optional<target> find_target(node_state& node, pending_call& c) {
  auto payload = c.what.payload.view();
  auto member = json_text::is_object(payload) ? json_text::find(payload, "name")
                                              : std::optional<std::string_view>{};
  auto text = member ? json_text::as_text(*member) : std::nullopt;
  auto where = text ? parse_address(*text) : std::nullopt;
  if (!where) {
    c.settle(
        fault{code::bad_request, "name: expected the name of a pool or a worker", {}});
    return std::nullopt;
  }
  auto i = node.pools.find(where->pool);
  if (i == node.pools.end()) {
    c.settle(fault{code::pool_not_found, "no pool named " + where->pool, {}});
    return std::nullopt;
  }
  auto size = static_cast<int32_t>(i->second.context->config.size);
  if (where->worker >= size) {
    c.settle(fault{code::worker_not_found,
                   "no worker " + *text + ": the pool has " + std::to_string(size),
                   {}});
    return std::nullopt;
  }
  return target{&i->second, where->worker};
}

void list_pools(node_state& node, pending_call c) {
  gather_all(node, [c = std::move(c)](std::vector<gathering::row>& rows) mutable {
    json::array pools;
    for (auto& r : rows)
      pools.push_back(to_json(r.pool->config, r.queue, r.crew));
    answer(c, std::move(pools));
  });
}

void show_pool(node_state& node, pending_call c) {
  auto t = find_target(node, c);
  if (!t)
    return;
  auto finish = [c = std::move(c)](std::vector<gathering::row>& rows) mutable {
    auto& r = rows.front();
    auto pool = to_json(r.pool->config, r.queue, r.crew);
    json::array workers;
    for (auto& s : r.crew.seats)
      workers.push_back(to_json(r.pool->config, s));
    pool["workers"] = std::move(workers);
    answer(c, std::move(pool));
  };
  std::make_shared<gathering>(std::move(finish))->ask(node, {t->pool});
}

void list_workers(node_state& node, pending_call c) {
  gather_all(node, [c = std::move(c)](std::vector<gathering::row>& rows) mutable {
    json::array workers;
    for (auto& r : rows)
      for (auto& s : r.crew.seats)
        workers.push_back(to_json(r.pool->config, s));
    answer(c, std::move(workers));
  });
}

/// As `find_target`, for operations on one worker.
std::optional<target> find_worker(node_state& node, pending_call& c) {
  auto t = find_target(node, c);
  if (t && t->worker < 0) {
    c.settle(fault{code::bad_request, "name: expected a worker, such as pool.0", {}});
    return std::nullopt;
  }
  return t;
}

void show_worker(node_state& node, pending_call c) {
  auto t = find_worker(node, c);
  if (!t)
    return;
  auto index = static_cast<size_t>(t->worker);
  auto finish = [c = std::move(c), index](std::vector<gathering::row>& rows) mutable {
    auto& r = rows.front();
    if (index < r.crew.seats.size())
      answer(c, to_json(r.pool->config, r.crew.seats[index]));
    else
      c.settle(fault{code::internal, "the supervisor did not answer in time", {}});
  };
  std::make_shared<gathering>(std::move(finish))->ask(node, {t->pool});
}

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

void restart(node_state& node, pending_call c) {
  order(node, std::move(c), atom::restart_v, "restarted");
}

void stop(node_state& node, pending_call c) {
  order(node, std::move(c), atom::stop_v, "stopped");
}

/// Has the pool that the payload names take no calls, or take them again.
template <class Atom>
void admit(node_state& node, pending_call c, Atom what) {
  auto t = find_target(node, c);
  if (!t)
    return;
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(t->pool->broker, 2s, what)
      .then([shared](Atom) { answer(*shared, {{"admitting", Atom{} == atom::resume_v}}); },
            [shared](caf::error& e) { shared->settle(to_fault(e)); });
}

void drain(node_state& node, pending_call c) {
  admit(node, std::move(c), atom::pause_v);
}

void resume(node_state& node, pending_call c) {
  admit(node, std::move(c), atom::resume_v);
}

void show_log(node_state& node, pending_call c) {
  auto t = find_worker(node, c);
  if (!t)
    return;
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(t->pool->supervisor, 2s, atom::tail_v, t->worker)
      .then(
          [shared](std::vector<std::string>& lines) {
            answer(*shared, {{"lines", json::array(lines.begin(), lines.end())}});
          },
          [shared](caf::error& e) { shared->settle(to_fault(e)); });
}

void follow_events(node_state& node, pending_call c) {
  if (!c.sink) {
    c.settle(fault{code::bad_request, "events are for clients of a front", {}});
    return;
  }
  submissions one;
  one.push_back({std::move(c.what), std::move(c.sink), c.tag});
  node.self->send(node.context->events, std::move(one));
}

json::object identity(const node_state& node) {
  auto up = node.self->clock().now() - node.started;
  return {
      {"name", node.context->config.name},
      {"version", TROUPE_VERSION},
      {"pid", ::getpid()},
      {"url", node.context->url},
      {"uptime_ms", std::chrono::duration_cast<std::chrono::milliseconds>(up).count()}};
}

void show_health(node_state& node, pending_call c) {
  auto o = identity(node);
  o["status"] = node.draining ? "draining" : "ok";
  o["service"] = "troupe";
  answer(c, std::move(o));
}

void show_ready(node_state& node, pending_call c) {
  auto draining = node.draining;
  auto finish = [c = std::move(c), draining](std::vector<gathering::row>& rows) mutable {
    json::object pools;
    std::string missing;
    for (auto& r : rows) {
      auto ready = is_ready(r.queue) && !draining;
      json::object pool{{"ready", ready}};
      if (r.queue.condition.what != code::none)
        pool["error"] = {{"code", to_string(r.queue.condition.what)},
                         {"message", r.queue.condition.message}};
      if (!ready)
        missing += (missing.empty() ? "" : ", ") + r.pool->config.name;
      pools[r.pool->config.name] = std::move(pool);
    }
    auto text = json::serialize(pools);
    if (draining)
      c.settle(fault{code::shutting_down, {}, "\"ready\":false,\"pools\":" + text});
    else if (missing.empty())
      c.settle(outcome{slice{"{\"ready\":true,\"pools\":" + text + "}"}, {}});
    else
      c.settle(fault{code::unavailable, "not ready: " + missing,
                     "\"ready\":false,\"pools\":" + text});
  };
  gather_all(node, std::move(finish));
}

void list_nodes(node_state& node, pending_call c) {
  auto o = identity(node);
  o["self"] = true;
  json::array pools;
  for (auto& [name, entry] : node.pools)
    pools.emplace_back(name);
  o["pools"] = std::move(pools);
  answer(c, json::array{std::move(o)});
}

void shut_down(node_state& node, pending_call c) {
  answer(c, {{"stopping", true}});
  node.context->request_stop();
}

/// Every operation there is: a new one adds its row.
constexpr std::array operations = {
    operation{"drain", drain},         operation{"events", follow_events},
    operation{"health", show_health},  operation{"log", show_log},
    operation{"nodes", list_nodes},    operation{"pool", show_pool},
    operation{"pools", list_pools},    operation{"ready", show_ready},
    operation{"restart", restart},     operation{"resume", resume},
    operation{"shutdown", shut_down},  operation{"status", show_health},
    operation{"stop", stop},           operation{"worker", show_worker},
    operation{"workers", list_workers},
};

} // namespace

const operation* find_operation(std::string_view name) {
  for (auto& row : operations)
    if (row.name == name)
      return &row;
  return nullptr;
}

std::string operation_names() {
  std::string out;
  for (auto& row : operations) {
    if (!out.empty())
      out += ", ";
    out += row.name;
  }
  return out;
}

} // namespace troupe
