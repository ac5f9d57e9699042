#include "actors/node_operations.hpp"
#include "protocol/address.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_member.hpp"
#include "protocol/json_text.hpp"
#include "protocol/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <map>

namespace troupe::operations {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// Returns a call to worker `index` of a pool of terminals.
call to_terminal(const char* kind, int32_t index, slice payload = null_payload()) {
  call c;
  c.kind = slice{std::string{kind}};
  c.payload = std::move(payload);
  c.worker = index;
  c.taken = steady_clock::now();
  return c;
}

std::variant<json::object, fault> read_object(const pending_call& c) {
  json::error_code ec;
  auto text = c.what.payload.view();
  auto value = parse_document(text, ec);
  if (ec || !value.is_object())
    return malformed("expected an object");
  return std::move(value.as_object());
}

const json::string* text_in(const json::object& o, const char* key) {
  auto v = o.if_contains(key);
  return v ? v->if_string() : nullptr;
}

/// Sets `out` from a number from 1 to 1000; returns whether it is one or not there.
bool read_count(const json::object& o, const char* key, uint16_t& out) {
  auto v = o.if_contains(key);
  if (!v || v->is_null())
    return true;
  json::error_code ec;
  auto n = v->is_number() ? v->to_number<int64_t>(ec) : 0;
  if (ec || n < 1 || n > 1000)
    return false;
  out = static_cast<uint16_t>(n);
  return true;
}

std::optional<fault> read_program(const json::object& o, config::pool& out) {
  auto cli = text_in(o, "cli");
  if (!cli || cli->empty())
    return malformed("cli: expected the program to run");
  out.command.emplace_back(*cli);
  if (auto args = o.if_contains("args"); args && !args->is_null()) {
    if (!args->is_array())
      return malformed("args: expected an array of strings");
    for (auto& a : args->as_array())
      if (auto text = a.if_string())
        out.command.emplace_back(*text);
      else
        return malformed("args: expected an array of strings");
  }
  if (auto env = o.if_contains("env"); env && !env->is_null()) {
    if (!env->is_object())
      return malformed("env: expected an object of strings");
    for (auto& [name, value] : env->as_object())
      if (auto text = value.if_string();
          text && !name.empty() && name.find('=') == json::string_view::npos)
        out.env[std::string{name}] = std::string{*text};
      else
        return malformed("env: expected an object of strings");
  }
  if (!read_count(o, "rows", out.terminal.rows)
      || !read_count(o, "cols", out.terminal.columns))
    return malformed("rows, cols: expected two numbers from 1 to 1000");
  return std::nullopt;
}

std::variant<config::pool, fault> read_spawn(const node_state& node,
                                             const json::object& o) {
  config::pool p;
  auto name = text_in(o, "name");
  if (!name || !is_valid_name({name->data(), name->size()}))
    return malformed("name: expected a letter and then up to 62 letters, digits, _ or -");
  p.name = std::string{*name};
  p.protocol = config::terminal_protocol;
  p.terminal.spawned = true;
  p.ready = config::ready_mode::spawn;
  p.window = limits::terminal_window;
  p.quarantine = 0;
  p.restart.policy = config::restart_policy::never;
  p.inherit_env = true;
  p.cwd = node.context->folder;
  if (auto cwd = text_in(o, "cwd"); cwd && !cwd->empty())
    p.cwd /= std::string{*cwd};
  if (auto wrong = read_program(o, p))
    return std::move(*wrong);
  return p;
}

/// Returns why a pool cannot run, rather than that it cannot.
fault cause_of(fault why) {
  auto details = "{" + why.details + "}";
  auto cause = json_text::find(details, "cause");
  if (why.what != code::unavailable || !cause || !json_text::is_object(*cause))
    return why;
  auto text = [&](std::string_view key) {
    return json_text::as_text(json_text::find(*cause, key).value_or("\"\"")).value_or("");
  };
  return {code_from_name(text("code")).value_or(code::spawn_failed), text("message"), {}};
}

void give_task(node_state& node, const broker_actor& broker, const json::object& o) {
  auto task = text_in(o, "task");
  if (!task || task->empty())
    return;
  auto body = json::serialize(json::object{{"message", *task}});
  node.self->request(broker, caf::infinite, to_terminal("send", 0, slice{body}))
      .then([](outcome&) {}, [](caf::error&) {});
}

/// Asks the terminals of several pools what they are.
struct listing : std::enable_shared_from_this<listing> {
  /// By pool and index.
  std::map<std::pair<std::string, int32_t>, json::value> found;
  /// Answers that have not come, and one until all were asked.
  size_t missing = 1;
  pending_call caller;

  /// Those that run: asking for another would start it, where the pool is elastic.
  void ask(node_state& node, const std::string& pool, const node_state::pool_entry& p) {
    ++missing;
    node.self->request(p.supervisor, 2s, atom::status_v)
        .then(
            [&node, pool, broker = p.broker, me = shared_from_this()](crew_status& crew) {
              for (auto& s : crew.seats)
                if (s.worker.state == "ready")
                  me->ask_one(node, broker, {pool, s.index});
              me->arrived();
            },
            [me = shared_from_this()](caf::error&) { me->arrived(); });
  }

  void ask_one(node_state& node, const broker_actor& broker,
               const std::pair<std::string, int32_t>& which) {
    ++missing;
    auto info = to_terminal("info", which.second);
    info.timeout = 500ms; // it may have ended meanwhile
    node.self->request(broker, caf::infinite, std::move(info))
        .then(
            [which, me = shared_from_this()](outcome& o) {
              json::error_code ec;
              auto text = o.payload.view();
              me->found[which] = parse_document(text, ec);
              me->arrived();
            },
            [me = shared_from_this()](caf::error&) { me->arrived(); });
  }

  void arrived() {
    if (--missing > 0)
      return;
    json::array agents;
    for (auto& [which, one] : found)
      agents.push_back(std::move(one));
    answer(caller, {{"success", true}, {"agents", std::move(agents)}});
  }
};

} // namespace

void spawn(node_state& node, pending_call c) {
  if (node.draining)
    return c.settle(fault{code::shutting_down, {}, {}});
  auto read = read_object(c);
  if (auto wrong = std::get_if<fault>(&read))
    return c.settle(std::move(*wrong));
  auto asked = std::make_shared<json::object>(std::get<json::object>(std::move(read)));
  auto made = read_spawn(node, *asked);
  if (auto wrong = std::get_if<fault>(&made))
    return c.settle(std::move(*wrong));
  auto& p = std::get<config::pool>(made);
  if (node.pools.count(p.name) > 0)
    return c.settle(fault{code::conflict, "there is a " + p.name + " already", {}});
  node.add_pool(p);
  auto entry = node.find_pool(p.name);
  entry->by_request = true;
  node.publish_directory();
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(entry->broker, caf::infinite, to_terminal("info", 0))
      .then(
          [&node, shared, asked, broker = entry->broker](outcome& running) {
            json::error_code ec;
            auto text = running.payload.view();
            auto facts = parse_document(text, ec).as_object();
            node.self->send(
                node.context->events, atom::publish_v,
                event{"agent_spawned", "\"name\":" + json::serialize(facts["name"])
                                           + ",\"runtime\":\"pty\",\"cli\":"
                                           + json::serialize(facts["cli"])
                                           + ",\"pid\":" + json::serialize(facts["pid"])
                                           + ",\"source\":\"http_api\""});
            give_task(node, broker, *asked);
            facts["success"] = true;
            answer(*shared, facts);
          },
          [&node, shared, name = p.name](caf::error& e) {
            // It went by itself if it ran and ended meanwhile.
            auto why = cause_of(to_fault(e));
            if (auto failed = node.find_pool(name))
              node.remove_pool(*failed, [] {});
            shared->settle(std::move(why));
          });
}

void list_spawned(node_state& node, pending_call c) {
  auto all = std::make_shared<listing>();
  all->caller = std::move(c);
  for (auto& [name, entry] : node.pools)
    if (entry.context->config.on_terminals() && !entry.removing)
      all->ask(node, name, entry);
  all->arrived();
}

/// A program that does not read what was typed must not hold this up: it is stopped
/// first.
void release(node_state& node, pending_call c) {
  auto t = find_target(node, c);
  if (!t)
    return;
  auto& config = t->pool->context->config;
  if (!config.on_terminals())
    return c.settle(fault{code::not_a_terminal, config.name + " is no terminal", {}});
  auto shared = std::make_shared<pending_call>(std::move(c));
  auto done = [&node, shared, name = config.name] {
    node.self->send(node.context->events, atom::publish_v,
                    event{"agent_released", "\"name\":" + json_string(name)});
    answer(*shared, {{"success", true}, {"name", name}});
  };
  auto stopped = [&node, done, name = config.name, spawned = config.terminal.spawned] {
    auto entry = node.find_pool(name);
    if (spawned && entry)
      node.remove_pool(*entry, done);
    else
      done();
  };
  node.self->request(t->pool->supervisor, caf::infinite, atom::stop_v, t->worker)
      .then([stopped](uint64_t) { stopped(); }, [stopped](caf::error&) { stopped(); });
}

void find_terminal(node_state& node, pending_call c) {
  auto t = find_target(node, c);
  if (!t)
    return;
  auto& config = t->pool->context->config;
  if (config.on_terminals())
    return answer(c, {{"worker", worker_name(config.name, std::max(t->worker, 0))}});
  auto name = json_text::text_member(c.what.payload.view(), "name").value_or("");
  c.settle(
      fault{code::not_a_terminal,
            name + " is no terminal: pool " + config.name + " speaks " + config.protocol,
            {}});
}

void show_session(node_state& node, pending_call c) {
  auto uptime = std::chrono::duration_cast<std::chrono::seconds>(node.self->clock().now()
                                                                 - node.started);
  answer(c, {{"broker_version", TROUPE_VERSION},
             {"protocol_version", 2},
             {"workspace_key", nullptr},
             {"default_workspace_id", nullptr},
             {"node_id", node.context->config.name},
             {"node_name", node.context->config.name},
             {"mode", "persist"},
             {"uptime_secs", uptime.count()}});
}

} // namespace troupe::operations
