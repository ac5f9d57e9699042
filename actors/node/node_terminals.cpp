#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/terminal_survey.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/config/terminal_workers.hpp"
#include "protocol/terminal/tokenizer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>

namespace troupe::node::operations {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

result<json::object> read_object(const pending_call& c) {
  json::error_code ec;
  auto text = c.what.payload.view();
  auto value = parse_document(text, ec);
  if (ec || !value.is_object())
    return failure(malformed("expected an object"));
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

/// As agent-relay has it, both spellings of a name are known.
const json::value* member_of(const json::object& o, const char* snake,
                             const char* camel) {
  auto v = o.if_contains(snake);
  v = v ? v : o.if_contains(camel);
  return v && !v->is_null() ? v : nullptr;
}

/// Sets `out` from a whole number of `unit`s; returns whether it is one or not there.
bool read_time(const json::value* v, config::milliseconds unit,
               config::milliseconds& out) {
  if (!v)
    return true;
  constexpr int64_t most = 1'000'000'000;
  json::error_code ec;
  auto n = v->is_number() ? v->to_number<int64_t>(ec) : -1;
  if (ec || n < 0 || n > most)
    return false;
  out = n * unit;
  return true;
}

/// Returns whether a program may be shown as this: any text on one line.
bool may_be_shown(std::string_view name) {
  return !name.empty() && name.size() <= limits::terminal_name_bytes && is_utf8(name)
         && vt::without_c1(name) == name
         && std::none_of(name.begin(), name.end(), [](char c) {
              return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
            });
}

/// How it is shown and typed to, and what is known of it as an agent.
result<> read_manners(const json::object& o, config::terminal& out) {
  if (!read_count(o, "rows", out.rows) || !read_count(o, "cols", out.columns))
    return failure(malformed("rows, cols: expected two numbers from 1 to 1000"));
  out.idle_after = 30s;
  if (!read_time(member_of(o, "idle_threshold_secs", "idleThresholdSecs"), 1s,
                 out.idle_after))
    return failure(malformed("idleThresholdSecs: expected a number of seconds from 0"));
  for (auto [key, where] :
       {std::pair{"settle_ms", &out.settle}, std::pair{"boot_ms", &out.boot},
        std::pair{"pace_ms", &out.pace}})
    if (!read_time(o.if_contains(key), 1ms, *where))
      return failure(
          malformed(std::string{key} + ": expected a number of milliseconds from 0"));
  if (auto way = member_of(o, "transport", "runtime");
      way && (!way->is_string() || way->as_string() != "pty"))
    return failure(malformed("transport: only pty is known here"));
  if (auto model = text_in(o, "model"))
    out.request.model = std::string{*model};
  if (auto team = text_in(o, "team"))
    out.request.team = std::string{*team};
  auto channels = o.if_contains("channels");
  if (!channels || channels->is_null())
    return {};
  auto wrong = failure(malformed("channels: expected an array of names"));
  if (!channels->is_array() || channels->as_array().size() > limits::terminal_channels)
    return wrong;
  for (auto& one : channels->as_array())
    if (auto name = one.if_string(); name && name->size() <= limits::channel_name_bytes)
      out.request.channels.emplace_back(*name);
    else
      return wrong;
  return {};
}

/// The system ends a text at a NUL: what follows would be lost in silence.
bool holds_nul(const std::string& text) {
  return text.find('\0') != text.npos;
}

/// Returns the member of a request that the system would cut short, or nothing.
std::optional<std::string> find_nul(const config::pool& p) {
  for (auto& word : p.command)
    if (holds_nul(word))
      return &word == &p.command.front() ? "cli" : "args";
  for (auto& [name, value] : p.env)
    if (holds_nul(name) || holds_nul(value))
      return "env";
  return holds_nul(p.cwd.string()) ? std::optional{"cwd"} : std::nullopt;
}

result<> read_program(const json::object& o, config::pool& out) {
  auto cli = text_in(o, "cli");
  if (!cli || cli->empty())
    return failure(malformed("cli: expected the program to run"));
  out.command.emplace_back(*cli);
  if (auto args = o.if_contains("args"); args && !args->is_null()) {
    if (!args->is_array())
      return failure(malformed("args: expected an array of strings"));
    for (auto& a : args->as_array())
      if (auto text = a.if_string())
        out.command.emplace_back(*text);
      else
        return failure(malformed("args: expected an array of strings"));
  }
  if (auto env = o.if_contains("env"); env && !env->is_null()) {
    if (!env->is_object())
      return failure(malformed("env: expected an object of strings"));
    for (auto& [name, value] : env->as_object())
      if (auto text = value.if_string();
          text && !name.empty() && name.find('=') == json::string_view::npos)
        out.env[std::string{name}] = std::string{*text};
      else
        return failure(malformed("env: expected an object of strings"));
  }
  return {};
}

result<config::pool> read_spawn(const node_state& node, const json::object& o) {
  auto kind = node.context->known.kinds->known().find(config::terminal_protocol);
  if (!kind)
    return failure(code::not_found, "this node has no workers on terminals");
  config::pool p;
  auto name = text_in(o, "name");
  if (!name || !may_be_shown({name->data(), name->size()}))
    return failure(malformed("name: expected one line of up to "
                             + std::to_string(limits::terminal_name_bytes) + " bytes"));
  p.terminal.request.name = std::string{*name};
  p.name = spawned_pool_name(p.terminal.request.name);
  kind->apply_to(p);
  p.terminal.spawned = true;
  p.restart.policy = config::restart_policy::never;
  p.inherit_env = true;
  p.cwd = node.context->place.folder;
  if (auto cwd = text_in(o, "cwd"); cwd && !cwd->empty())
    p.cwd /= std::string{*cwd};
  if (auto program = read_program(o, p); !program)
    return failure(std::move(program).error());
  if (auto member = find_nul(p))
    return failure(malformed(*member + ": a text must not hold a NUL character"));
  if (auto manners = read_manners(o, p.terminal); !manners)
    return failure(std::move(manners).error());
  return p;
}

/// Returns why a pool cannot run, rather than that it cannot.
fault cause_of(fault why) {
  auto cause = why.details.cause.get();
  if (why.what != code::unavailable || !cause)
    return why;
  return {cause->what, cause->message.empty() ? std::string{info(cause->what).summary}
                                              : cause->message};
}

void give_task(node_state& node, const broker_actor& broker, const json::object& o) {
  auto task = text_in(o, "task");
  if (!task || task->empty())
    return;
  auto body = json::serialize(json::object{{"message", *task}});
  node.self->request(broker, caf::infinite, to_terminal("send", 0, shared_bytes{body}))
      .then([](outcome&) {}, [](caf::error&) {});
}

/// Returns a member of a terminal's answer as the value of an event.
event_value relay(const json::value& answered) {
  return relayed_json{json::serialize(answered)};
}

/// `{"name","cli","args"?,"cwd"?,"env"?,"rows"?,"cols"?,"task"?}`: runs a program on a
/// terminal; answers once it runs.
void spawn(node_state& node, pending_call c) {
  auto read = read_object(c);
  if (!read)
    return c.settle(failure(std::move(read).error()));
  auto asked = std::make_shared<json::object>(*std::move(read));
  auto made = read_spawn(node, *asked);
  if (!made)
    return c.settle(failure(std::move(made).error()));
  auto& p = *made;
  auto& shown = p.terminal.request.name;
  // `shell.0` is a worker of the pool `shell`, if there is one.
  auto as_worker = parse_address(shown);
  if (node.pools.count(p.name) > 0
      || (as_worker && as_worker->worker >= 0 && node.find_pool(as_worker->pool)))
    return c.settle(failure(code::conflict, "there is a " + shown + " already"));
  node.add_pool(p);
  auto entry = node.find_pool(p.name);
  entry->by_request = true;
  node.publish_directory();
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(entry->broker, caf::infinite, to_terminal("info", 0))
      .then(
          [&node, shared, asked, asked_name = shown,
           broker = entry->broker](outcome& running) {
            json::error_code ec;
            auto text = running.payload.view();
            auto facts = parse_document(text, ec).as_object();
            node.self->send(node.context->runtime.events, atom::publish_v,
                            event{"agent_spawned",
                                  {{"name", relay(facts["name"])},
                                   {"runtime", "pty"},
                                   {"cli", relay(facts["cli"])},
                                   {"model", relay(facts["model"])},
                                   {"pid", relay(facts["pid"])},
                                   {"source", "http_api"}},
                                  asked_name});
            give_task(node, broker, *asked);
            facts["success"] = true;
            facts["pre_registered"] = false;
            facts["warning"] = nullptr;
            answer(*shared, facts);
          },
          [&node, shared, name = p.name](caf::error& e) {
            // The program may have run and ended by itself: then its end is the cause.
            auto why = cause_of(to_fault(e));
            if (auto failed = node.find_pool(name))
              node.remove_pool(*failed, [] {});
            shared->settle(failure(std::move(why)));
          });
}

} // namespace

void add_spawning(operation_registry& all) {
  all.add({"spawn", spawn, begins});
}

} // namespace troupe::node::operations
