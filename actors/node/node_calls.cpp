#include "actors/interfaces/fan_in.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/node/call_listing.hpp"
#include "actors/node/cluster_question.hpp"
#include "actors/node/node_cluster.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/listing_limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <utility>

/// The calls that wait or run: they are listed, and single ones are taken back.
namespace troupe::node::operations {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// What was listed by now.
struct gathered_calls {
  std::vector<call_row> rows;
  /// Why an actor of this node did not answer, if one did not.
  std::optional<fault> missing;
  silent_nodes silent;
};

/// The rows of many actors and nodes, until all have answered.
class call_list : public fan_in<gathered_calls> {
public:
  call_list(node_state& node, pending_call c, size_t limit)
    : fan_in([caller = std::make_shared<pending_call>(std::move(c)),
              limit](gathered_calls& calls) { finish(*caller, calls, limit); })
    , node_(node)
    , now_(node.self->clock().now()) {}

  /// Awaits the calls that an actor of this node lists.
  template <class Handle>
  void ask(const Handle& who, const call_query& wanted) {
    expect<open_calls>(
        node_.self->request(who, limits::listing_patience, wanted),
        [this, name = node_.context->config.name](gathered_calls& out,
                                                  open_calls& calls) {
          for (auto& c : calls)
            out.rows.push_back(to_row(c, name, now_));
        },
        [](gathered_calls& out, caf::error& e) { out.missing = to_fault(e); });
  }

  /// Awaits what the other nodes answer to the same operation.
  void ask_others(const shared_bytes& payload) {
    gather_from_others(node_, *this, "calls", payload,
                       [](gathered_calls& out, const std::string&,
                          std::string_view answer) { append(out.rows, answer); });
  }

private:
  static void append(std::vector<call_row>& rows, std::string_view text) {
    if (!text.starts_with('[') || !json_text::validate(text))
      return;
    json_text::element_reader reader{text};
    while (auto row = reader.next()) {
      auto age = json_text::find_member(*row, "age_ms");
      auto ms = age ? json_text::as_integer(*age) : std::nullopt;
      if (ms)
        rows.push_back({milliseconds{*ms}, std::string{*row}});
    }
  }

  /// A list without the calls of a pool that does not answer is better than none, but an
  /// empty one would say that nothing is open.
  static void finish(pending_call& caller, gathered_calls& calls, size_t limit) {
    auto& rows = calls.rows;
    if (rows.empty() && calls.missing)
      return caller.settle(failure(std::move(*calls.missing)));
    std::stable_sort(rows.begin(), rows.end(),
                     [](auto& a, auto& b) { return a.age > b.age; });
    json_array_writer out;
    for (size_t i = 0; i < std::min(rows.size(), limit); ++i)
      out.add_json(rows[i].json);
    caller.settle(outcome{shared_bytes{list_with_silent(
        caller.what.payload.view(), "calls", out.array(), std::move(calls.silent))}});
  }

  node_state& node_;
  /// Ages count to here.
  steady_clock::time_point now_;
};

/// Returns why the pool whose calls are asked for is none, if it is none.
std::optional<fault> why_no_pool(const node_state& node, const std::string& pool) {
  auto& others = node.context->runtime.others;
  if (pool.empty() || node.pools.contains(pool) || (others && others->runs(pool))
      || (pool.starts_with('$') && node.added.contains(pool.substr(1))))
    return std::nullopt;
  auto named = parse_address(pool);
  if (named && named->worker >= 0)
    return malformed("pool: " + pool + " is a worker; the pool is " + named->pool);
  return no_such_pool(pool);
}

/// Returns the question for the other nodes, which list their own calls only.
shared_bytes question_for_others(const call_query& wanted) {
  json_object_writer filters;
  if (!wanted.pool.empty())
    filters.add("pool", wanted.pool);
  if (wanted.state)
    filters.add("state", word_for(*wanted.state));
  filters.add("older_ms", wanted.older.count())
      .add("limit", wanted.limit)
      .add("away", false);
  return shared_bytes{filters.object()};
}

/// `{"pool"?,"state"?,"older_ms"?,"limit"?,"cluster"?,"silent"?}`
void list_calls(node_state& node, pending_call c) {
  auto wanted = read_listing(c.what.payload.view());
  if (!wanted)
    return c.settle(failure(std::move(wanted).error()));
  auto& pool = wanted->wanted.pool;
  if (auto why = why_no_pool(node, pool))
    return c.settle(failure(std::move(*why)));
  auto all = std::make_shared<call_list>(node, std::move(c), wanted->wanted.limit);
  for (auto pools : {&node.pools, &node.added})
    for (auto& [name, entry] : *pools)
      if (pool.empty() || entry.context->config.name == pool)
        all->ask(entry.broker, wanted->wanted);
  if (auto& route = node.context->runtime.cluster.route; route && wanted->away)
    all->ask(route, wanted->wanted);
  if (wanted->cluster)
    all->ask_others(question_for_others(wanted->wanted));
  all->close();
}

/// Returns the broker of the pool that an id names, or null.
broker_actor find_broker(const node_state& node, const std::string& pool) {
  auto& all = pool.starts_with('$') ? node.added : node.pools;
  auto i = all.find(pool.starts_with('$') ? pool.substr(1) : pool);
  return i == all.end() ? broker_actor{} : i->second.broker;
}

/// @param age_ms How long ago it was taken.
void log_cancelled(spdlog::logger& log, const call_id& id, const open_call& was,
                   int64_t age_ms) {
  auto kind = json_text::unescape(was.kind.view());
  auto request_id = json_text::unescape(was.request_id.view());
  log_fields about{.event = "call_cancelled",
                   .pool = id.pool,
                   .worker = was.worker,
                   .request_id = request_id,
                   .trace_id = trace_id_of(was.trace),
                   .kind = kind};
  if (was.state == call_state::waiting)
    about.waited_ms = age_ms;
  write_log(log, spdlog::level::info, about,
            "{}: call {} of kind {} was cancelled by an operator, {}{}, {} ms old",
            id.pool, to_string(id), std::string_view{kind}.substr(0, limits::log_excerpt),
            word_for(was.state), was.worker.empty() ? "" : " in " + was.worker, age_ms);
}

/// A call was taken back: tells its operator, and everybody else.
void note_cancelled(node_state& node, pending_call& c, const open_call& was) {
  auto& here = node.context->config.name;
  auto row = to_row(was, here, node.self->clock().now());
  auto age = std::chrono::duration_cast<milliseconds>(row.age).count();
  auto id = was.id;
  id.node = here;
  event_members members{{"pool", id.pool},
                        {"call", escaped_text{was.kind.str()}},
                        {"id", to_string(id)},
                        {"state", word_for(was.state)},
                        {"age_ms", age}};
  if (was.state == call_state::running && !was.worker.empty()) {
    const event_member worker{"worker", was.worker};
    members.push_back(worker);
  }
  node.self->send(node.context->runtime.events, atom::publish_v,
                  event{"call_cancelled", std::move(members), id.pool});
  log_cancelled(*node.context->log, id, was, age);
  c.settle(outcome{shared_bytes{std::move(row.json)}});
}

/// Takes the call back from whoever has it.
template <class Handle, class... Ts>
void take_back(node_state& node, pending_call c, const call_id& id, const Handle& from,
               const Ts&... which) {
  auto caller = std::make_shared<pending_call>(std::move(c));
  node.self->request(from, caf::infinite, atom::cancel_v, which...)
      .then([&node, caller](open_call& was) { note_cancelled(node, *caller, was); },
            [caller, id](caf::error& e) {
              auto why = to_fault(e);
              caller->settle(
                  failure(why.what == code::not_found ? no_such_call(id) : why));
            });
}

/// `{"id"}`
void cancel_call(node_state& node, pending_call c) {
  auto text = json_text::text_member(c.what.payload.view(), "id");
  auto id = text ? parse_call_id(*text) : std::nullopt;
  if (!id)
    return c.settle(failure(malformed(
        "id: expected the id of a call, as calls lists them, such as echo.c3-48213")));
  if (!id->node.empty()) // `forward` knows the nodes that there are
    return c.settle(
        failure(code::not_found, "no node named " + id->node + " is known here"));
  id->node = node.context->config.name;
  if (id->peer.empty()) {
    if (auto broker = find_broker(node, id->pool))
      return take_back(node, std::move(c), *id, broker, id->number);
  } else if (auto& route = node.context->runtime.cluster.route) {
    return take_back(node, std::move(c), *id, route, id->peer, id->number);
  }
  c.settle(failure(no_such_call(*id)));
}

} // namespace

void add_calls(operation_registry& all) {
  all.add({"calls", list_calls});
  all.add({"cancel_call", cancel_call});
}

} // namespace troupe::node::operations
