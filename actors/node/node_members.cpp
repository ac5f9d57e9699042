#include "actors/interfaces/fan_in.hpp"
#include "actors/node/cluster_question.hpp"
#include "actors/node/node_cluster.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/pool_survey.hpp"
#include "actors/node/status_json.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <unistd.h>

/// The nodes of a cluster: what is reported of all of them, and a node that leaves.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

json::object load_object(const cluster::pool_figures& load) {
  return {{"free", load.free},
          {"waiting", load.waiting},
          {"running", load.running},
          {"size", load.size}};
}

json::object node_object(const coordination::node_report& row) {
  json::object pools;
  for (auto& [pool, load] : row.pools)
    pools[pool] = load_object(load);
  json::object o{{"node", row.name},       {"name", row.name},
                 {"self", false},          {"state", word_for(row.state)},
                 {"version", row.version}, {"address", row.advertise}};
  o["incarnation"] = uint64_t{row.incarnation};
  o["since"] = utc_timestamp(std::chrono::system_clock::now() - row.in_state);
  o["rtt_ms"] = row.round_trip ? json::value(
                    std::chrono::duration<double, std::milli>(*row.round_trip).count())
                               : json::value(nullptr);
  o["pools"] = std::move(pools);
  return o;
}

/// This node, as it tells of itself.
json::object own_row(const node_state& node, const survey_rows& rows) {
  auto up = node.self->clock().now() - node.started;
  json::object pools;
  for (auto& r : rows) {
    auto taken = r.queue.in_flight + r.queue.abandoned;
    pools[r.pool->config.name] =
        json::object{{"free", r.queue.slots - std::min(r.queue.slots, taken)},
                     {"waiting", r.queue.waiting},
                     {"running", taken},
                     {"size", r.queue.slots}};
  }
  auto o = identity(node);
  o["node"] = node.context->config.name;
  o["self"] = true;
  o["state"] = word_for(node.draining || node.leave.begun ? cluster::node_state::leaving
                                                          : cluster::node_state::up);
  o["since"] = utc_timestamp(
      std::chrono::system_clock::now()
      - std::chrono::duration_cast<std::chrono::system_clock::duration>(up));
  o["rtt_ms"] = nullptr;
  o["pools"] = std::move(pools);
  if (node.context->fronts.clients) {
    json::object clients;
    for (auto& f : node.context->fronts.clients())
      clients[f.front] = {{"open", f.open}, {"most", f.most}, {"refused", f.refused}};
    o["clients"] = std::move(clients);
  }
  return o;
}

void list_nodes(node_state& node, pending_call c) {
  auto finish = [&node, caller = std::make_shared<pending_call>(std::move(c))](
                    const survey_rows& rows) mutable {
    json::array all{own_row(node, rows)};
    auto& who = node.context->runtime.cluster.cluster;
    if (!who)
      return answer(*caller, std::move(all));
    node.self->request(who, 2s, atom::status_v)
        .then(
            [caller, all](coordination::cluster_report& report) mutable {
              for (size_t i = 1; i < report.size(); ++i) // the first is this node
                all.push_back(node_object(report[i]));
              answer(*caller, std::move(all));
            },
            [caller](caf::error& e) { caller->settle(failure(to_fault(e))); });
  };
  survey_all(node, survey_need::status, std::move(finish));
}

/// Appends what a node answers to `pools`, each with the node's name.
void append_pools(json::array& out, const std::string& node, std::string_view answer) {
  json::error_code ec;
  auto read = parse_document(answer, ec);
  auto rows = ec ? nullptr : read.if_array();
  if (!rows)
    return;
  for (auto& row : *rows)
    if (auto pool = row.if_object()) {
      (*pool)["node"] = node;
      out.push_back(std::move(row));
    }
}

struct all_pools {
  json::array rows;
  silent_nodes silent;
};

/// The pools of all nodes that answer.
void list_all_pools(node_state& node, pending_call c) {
  auto finish = [c = std::move(c)](all_pools& pools) mutable {
    // They are in the order in which the nodes have answered.
    std::stable_sort(pools.rows.begin(), pools.rows.end(), [](auto& a, auto& b) {
      return a.at("node").as_string() < b.at("node").as_string();
    });
    c.settle(outcome{shared_bytes{list_with_silent(
        c.what.payload.view(), "pools", to_text(pools.rows), std::move(pools.silent))}});
  };
  auto all = std::make_shared<fan_in<all_pools>>(std::move(finish));
  survey_all(node, survey_need::status,
             all->expect([name = node.context->config.name](all_pools& out,
                                                            const survey_rows& rows) {
               for (auto& r : rows) {
                 auto pool = to_json(r.pool->config, r.queue, r.status);
                 pool["node"] = name;
                 out.rows.push_back(std::move(pool));
               }
             }));
  gather_from_others(
      node, *all, "pools", null_payload(),
      [](all_pools& out, const std::string& other, std::string_view answer) {
        append_pools(out.rows, other, answer);
      });
  all->close();
}

/// `{"cluster"?:true,"silent"?:true}`
void list_pools(node_state& node, pending_call c) {
  auto cluster = find_flag(c, "cluster");
  if (!cluster || !find_flag(c, "silent"))
    return;
  if (*cluster)
    return list_all_pools(node, std::move(c));
  auto finish = [c = std::move(c)](const survey_rows& rows) mutable {
    json::array pools;
    for (auto& r : rows)
      pools.push_back(to_json(r.pool->config, r.queue, r.status));
    answer(c, std::move(pools));
  };
  survey_all(node, survey_need::status, std::move(finish));
}

/// Takes the node out of the cluster and stops it: no peer sends calls any more, those
/// that run end, and then it is gone.
void leave(node_state& node, pending_call c) {
  answer(c, {{"node", node.context->config.name}, {"leaving", true}});
  node.leave.begun = true;
  auto& cluster = node.context->runtime.cluster.cluster;
  if (!cluster)
    return node.context->process.request_stop();
  auto stop = [&node] { node.context->process.request_stop(); };
  node.self->request(cluster, 2s, atom::leave_v)
      .then([stop](atom::leave) { stop(); }, [stop](caf::error&) { stop(); });
}

/// `{"node":true,"name"?}`: the node of this name, or this one. `{"name"}`: a pool.
void drain(node_state& node, pending_call c) {
  auto payload = c.what.payload.view();
  auto is_node = find_flag(c, "node");
  if (!is_node)
    return;
  if (!*is_node) {
    if (auto about = find_subject(node, c, subject::pool))
      pause_pool(node, std::move(c), *about);
    return;
  }
  auto name = json_text::text_member(payload, "name");
  // What was meant to name another node must not take this one out.
  if (!name && json_text::find_member(payload, "name"))
    return c.settle(failure(malformed("name: expected the name of a node")));
  if (!name || *name == node.context->config.name)
    return leave(node, std::move(c));
  auto& others = node.context->runtime.others;
  if (!others || !others->knows(*name))
    return c.settle(
        failure(code::not_found, "no node named " + *name + " is known here"));
  forward_to(node, c, *name);
}

} // namespace

void add_members(operation_registry& all) {
  all.add({"nodes", list_nodes});
  all.add({"pools", list_pools});
  all.add({"drain", drain});
}

} // namespace troupe::node::operations
