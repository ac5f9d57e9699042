#include "actors/interfaces/crash_record.hpp"
#include "actors/interfaces/fan_in.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/terminal_survey.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>

/// What clients of agent-relay's broker ask beside the terminals themselves. A node has
/// no workspace and no hosted messages: those parts of its answers are empty.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;
using std::chrono::seconds;

int64_t uptime_secs(const node_state& node) {
  return std::chrono::duration_cast<seconds>(node.self->clock().now() - node.started)
      .count();
}

std::string_view text_of_value(const json::value& v) {
  auto text = v.if_string();
  return text ? std::string_view{text->data(), text->size()} : std::string_view{};
}

/// `#general` and `General` are one channel.
std::string channel_key(std::string_view name) {
  if (name.starts_with('#'))
    name.remove_prefix(1);
  std::string out{name};
  for (auto& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_member(const json::object& agent, const std::string& channel) {
  auto channels = agent.if_contains("channels");
  if (!channels || !channels->is_array())
    return false;
  auto& all = channels->as_array();
  return std::any_of(all.begin(), all.end(),
                     [&](auto& c) { return channel_key(text_of_value(c)) == channel; });
}

/// The result of a message to all members of a channel.
struct broadcast {
  json::array targets;
  std::string first_id;
};

void send_to_member(node_state& node, const std::shared_ptr<fan_in<broadcast>>& all,
                    const std::pair<std::string, int32_t>& which, std::string name,
                    const shared_bytes& message) {
  auto pool = node.find_pool(which.first);
  if (!pool)
    return;
  all->expect<outcome>(
      node.self->request(pool->broker, caf::infinite,
                         to_terminal("send", which.second, message)),
      [name = std::move(name)](broadcast& sent, outcome& o) {
        sent.targets.emplace_back(name);
        if (sent.first_id.empty())
          sent.first_id =
              json_text::text_member(o.payload.view(), "event_id").value_or("");
      });
}

/// The messages that wait in all terminals, as `GET /api/status` lists them.
json::array deliveries_of(terminal_answers& found) {
  json::array out;
  for (auto& [which, one] : found) {
    auto pending = one.as_object().if_contains("pending");
    if (!pending || !pending->is_array())
      continue;
    for (auto& m : pending->as_array()) {
      auto& o = m.as_object();
      auto queued = o["queued_at_ms"].is_int64() ? o["queued_at_ms"].as_int64() : 0;
      out.push_back(
          json::object{{"delivery_id", o["event_id"]},
                       {"worker_name", o["target"]},
                       {"event_id", o["event_id"]},
                       {"from", o["from"]},
                       {"to", o["target"]},
                       {"attempts", 0},
                       {"queued_at_ms", queued},
                       {"age_ms", std::max<int64_t>(0, wall_clock_ms() - queued)},
                       {"last_error", nullptr}});
    }
  }
  return out;
}

/// What the broker is.
void show_session(node_state& node, pending_call c) {
  answer(c, {{"broker_version", TROUPE_VERSION},
             {"protocol_version", 2},
             {"workspace_key", nullptr},
             {"default_workspace_id", nullptr},
             {"node_id", node.context->config.name},
             {"node_name", node.context->config.name},
             {"mode", "persist"},
             {"uptime_secs", uptime_secs(node)}});
}

/// A node ends when it is told to, not when nobody renews a lease.
void renew_session(node_state&, pending_call c) {
  answer(c, {{"renewed", true}, {"expires_in_secs", 0}, {"persist", true}});
}

void show_agent_config(node_state&, pending_call c) {
  answer(c, {{"workspaceKey", nullptr},
             {"defaultWorkspaceId", nullptr},
             {"memberships", json::array{}}});
}

/// `{"agents":[{"name","cli"}]}`: announces programs that are to be spawned. Nothing has
/// to be registered before a spawn.
void preflight(node_state&, pending_call c) {
  auto list = json_text::find_member(c.what.payload.view(), "agents");
  if (!list || !json_text::is_array(*list))
    return c.settle(failure(malformed("agents: expected an array of {name, cli}")));
  size_t n = 0;
  json_text::element_reader agents{*list};
  while (auto one = agents.next()) {
    if (!json_text::text_member(*one, "name") || !json_text::text_member(*one, "cli"))
      return c.settle(failure(malformed("agents: expected an array of {name, cli}")));
    ++n;
  }
  answer(c, {{"queued", n}});
}

/// The terminals, and the messages that wait for them.
void show_agent_status(node_state& node, pending_call c) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  ask_terminals(node, "info", [&node, shared](terminal_answers& found) {
    auto agents = std::make_shared<json::array>();
    for (auto& [which, one] : found)
      agents->push_back(std::move(one));
    ask_terminals(node, "pending", [shared, agents](terminal_answers& waiting) {
      auto deliveries = deliveries_of(waiting);
      json::object nobody{{"token_present", false}, {"connected", false}};
      json::object auth{{"authenticated", false},
                        {"workspace_count", 0},
                        {"default_workspace_id", nullptr},
                        {"workspaces", json::array{}}};
      answer(*shared, {{"agent_count", agents->size()},
                       {"agents", std::move(*agents)},
                       {"pending_delivery_count", deliveries.size()},
                       {"pending_deliveries", std::move(deliveries)},
                       {"node_connected", false},
                       {"node_delivery", std::move(nobody)},
                       {"dead_letter_count", 0},
                       {"auth", std::move(auth)}});
    });
  });
}

/// `{"agent"?}`: memory and age of the terminals, or of one.
void show_agent_metrics(node_state& node, pending_call c) {
  auto wanted = json_text::text_member(c.what.payload.view(), "agent");
  auto shared = std::make_shared<pending_call>(std::move(c));
  ask_terminals(node, "usage", [&node, shared, wanted](terminal_answers& found) {
    json::array agents;
    for (auto& [which, one] : found)
      if (!wanted || text_of_value(one.as_object()["name"]) == *wanted)
        agents.push_back(std::move(one));
    if (wanted && agents.empty())
      return shared->settle(
          failure(code::worker_not_found, "no terminal named " + *wanted));
    auto crashes = node.crashes->crashes();
    auto starts = node.crashes->starts();
    answer(*shared, {{"agents", std::move(agents)},
                     {"broker", json::object{{"uptime_secs", uptime_secs(node)},
                                             {"total_agents_spawned", starts},
                                             {"total_crashes", crashes},
                                             {"total_restarts", node.crashes->restarts()},
                                             {"active_agents", found.size()}}}});
  });
}

/// `{"to":"#CHANNEL","message",…}`: as `send`, to all that subscribed to the channel.
void send_to_channel(node_state& node, pending_call c) {
  auto message = c.what.payload;
  auto to = json_text::text_member(message.view(), "to").value_or("");
  auto from = json_text::text_member(message.view(), "from").value_or("");
  auto finish = [c = std::move(c)](broadcast& sent) mutable {
    answer(c, {{"success", true},
               {"event_id", sent.first_id},
               {"targets", std::move(sent.targets)},
               {"local", true}});
  };
  auto all = std::make_shared<fan_in<broadcast>>(std::move(finish));
  ask_terminals(
      node, "info",
      [&node, all, message, from, channel = channel_key(to)](terminal_answers& found) {
        for (auto& [which, one] : found) {
          auto& agent = one.as_object();
          std::string name{text_of_value(agent["name"])};
          if (name != from && is_member(agent, channel))
            send_to_member(node, all, which, std::move(name), message);
        }
        all->close();
      });
}

} // namespace

void add_agents(operation_registry& all) {
  all.add({"session", show_session});
  all.add({"agents.renew", renew_session});
  all.add({"agents.config", show_agent_config});
  all.add({"agents.preflight", preflight});
  all.add({"agents.status", show_agent_status});
  all.add({"agents.metrics", show_agent_metrics});
  all.add({"agents.send", send_to_channel});
}

} // namespace troupe::node::operations
