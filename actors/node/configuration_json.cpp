#include "actors/node/configuration_json.hpp"

#include "protocol/base/json_document.hpp"
#include "protocol/config/spelling.hpp"

#include <boost/json/array.hpp>

#include <array>

namespace troupe::node {

namespace {

namespace json = boost::json;
using config::spell;

/// Returns the one of `words`, which are in the order of the values of `choice`.
template <class T, size_t N>
std::string_view word(T choice, const std::array<std::string_view, N>& words) {
  return words.at(static_cast<size_t>(choice));
}

/// Returns the keys of options that are JSON text.
json::array names_of(const std::string& options) {
  json::array names;
  json::error_code ec;
  auto read = parse_document(options, ec);
  if (auto object = read.if_object(); object && !ec)
    for (auto& member : *object)
      names.emplace_back(member.key());
  return names;
}

void add_program(const config::pool& p, json::object& out) {
  auto& program = p.preload.empty() ? p.command : p.preload;
  if (program.empty())
    return;
  out[p.preload.empty() ? "command" : "preload"] = program.front();
  out["arguments"] = program.size() - 1;
  out["cwd"] = p.cwd.string();
  json::array names;
  for (auto& [name, value] : p.env)
    names.emplace_back(name);
  out["env"] = std::move(names);
  out["inherit_env"] = p.inherit_env;
  out["user"] = p.user;
  out["transport"] =
      word(p.transport, std::array<std::string_view, 3>{"stdio", "unix", "tcp"});
  out["limits"] = json::object{{"memory", p.limits.memory},
                               {"open_files", p.limits.open_files},
                               {"cpu", spell(p.limits.cpu)}};
  out["heartbeat"] = json::object{{"every", spell(p.heartbeat.every)},
                                  {"timeout", spell(p.heartbeat.timeout)}};
}

void add_behaviour(const config::behaviour& b, json::object& out) {
  if (b.name.empty())
    return;
  out["behaviour"] = b.name;
  out["of"] = b.of;
  out["options"] = names_of(b.options);
}

json::value size_of(const config::pool& p) {
  if (!p.elastic)
    return p.size;
  return json::object{
      {"min", p.elastic->min}, {"max", p.size}, {"idle", spell(p.elastic->idle)}};
}

json::object restart_of(const config::restart& r) {
  return {
      {"policy",
       word(r.policy, std::array<std::string_view, 3>{"always", "on-failure", "never"})},
      {"delay", spell(r.delay)},
      {"max_delay", spell(r.max_delay)},
      {"intensity", r.intensity},
      {"period", spell(r.period)}};
}

json::object recycle_of(const config::recycle& r) {
  return {{"jobs", r.jobs},     {"age", spell(r.age)}, {"idle", spell(r.idle)},
          {"memory", r.memory}, {"jitter", r.jitter},  {"one_in", r.one_in}};
}

} // namespace

json::object configuration_json(const config::node& node) {
  json::object o;
  o["name"] = node.name;
  o["log"] = json::object{
      {"level",
       word(node.log.level,
            std::array<std::string_view, 5>{"trace", "debug", "info", "warn", "error"})},
      {"format", word(node.log.format, std::array<std::string_view, 2>{"text", "json"})},
      {"file", node.log.file.string()}};
  o["loops"] = node.loops;
  o["spin"] = spell(node.spin);
  o["allow_no_pools"] = node.allow_no_pools;
  return o;
}

json::object configuration_json(const config::pool& p) {
  json::object o;
  o["protocol"] = p.protocol;
  o["external"] = p.external;
  add_behaviour(p.behaviour, o);
  add_program(p, o);
  o["size"] = size_of(p);
  o["window"] = p.window;
  o["loops"] = p.loops;
  o["ready"] = word(p.ready, std::array<std::string_view, 2>{"handshake", "spawn"});
  o["boot_timeout"] = spell(p.boot_timeout);
  o["exec_timeout"] = spell(p.exec_timeout);
  o["queue_limit"] = p.queue_limit;
  o["queue_timeout"] = spell(p.queue_timeout);
  o["stop_timeout"] = spell(p.stop_timeout);
  o["max_frame"] = p.max_frame;
  o["restart"] = restart_of(p.restart);
  o["recycle"] = recycle_of(p.recycle);
  o["survive"] = p.survive;
  o["retries"] = p.retries;
  o["quarantine"] = p.quarantine;
  o["abandoned"] = word(p.abandoned, std::array<std::string_view, 2>{"finish", "kill"});
  o["affinity"] = word(p.affinity, std::array<std::string_view, 2>{"prefer", "require"});
  o["slow"] = spell(p.slow.after);
  if (!p.slow.command.empty())
    o["slow_command"] = p.slow.command.front();
  return o;
}

} // namespace troupe::node
