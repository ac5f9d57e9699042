#include "broker/top/orders.hpp"

#include "broker/commands/json_fields.hpp"
#include "broker/top/top_tables.hpp"
#include "protocol/base/json_writer.hpp"

#include <array>

namespace troupe::top {

namespace {

using commands::fields::text;

std::string name_payload(std::string_view name) {
  return json_object_writer{}.add("name", name).object();
}

bool is_pool(const subject& s) {
  return s.of == page::pools;
}

bool is_worker(const subject& s) {
  return s.of == page::workers || s.of == page::pool;
}

/// What a restart, a stop and a log are of; empty for none.
std::string target_of(const subject& s) {
  if (is_pool(s) || is_worker(s))
    return s.what.id;
  return s.of == page::terminals ? text(*s.what.what, "worker") : "";
}

order order_on(const char* operation, const std::string& name) {
  return {{operation, name_payload(name)}, std::string{operation} + ' ' + name};
}

asked restart(const subject& s) {
  auto name = target_of(s);
  if (name.empty())
    return {{}, "R restarts a pool or a worker"};
  return {confirm_prompt{order_on("restart", name)}};
}

asked drain(const subject& s) {
  if (s.of == page::nodes) {
    auto& name = s.what.id;
    auto payload = json_object_writer{}.add("node", true).add("name", name).object();
    return {confirm_prompt{{{"drain", payload}, "drain and stop node " + name}}};
  }
  if (!is_pool(s))
    return {{}, "D drains a pool or a node"};
  auto drained = text(*s.what.what, "state") == "drained";
  return {confirm_prompt{order_on(drained ? "resume" : "drain", s.what.id)}};
}

asked scale(const subject& s) {
  if (!is_pool(s))
    return {{}, "S scales a pool"};
  return {size_prompt{s.what.id}};
}

asked cancel(const subject& s) {
  if (s.of != page::calls)
    return {{}, "X cancels a call"};
  auto payload = json_object_writer{}.add("id", s.what.id).object();
  return {confirm_prompt{
      {{"cancel_call", payload},
       "cancel call " + s.what.id + " (" + text(*s.what.what, "kind") + ")"}}};
}

asked stop(const subject& s) {
  if (s.of == page::terminals) {
    auto name = text(*s.what.what, "name");
    return {confirm_prompt{{{"release", name_payload(name)}, "end " + name}}};
  }
  auto name = target_of(s);
  if (name.empty())
    return {{}, "K stops a pool, a worker or a terminal"};
  return {confirm_prompt{order_on("stop", name)}};
}

struct order_key {
  char32_t letter;
  asked (*ask)(const subject&);
};

constexpr std::array<order_key, 5> order_keys = {
    {{U'R', restart}, {U'D', drain}, {U'S', scale}, {U'X', cancel}, {U'K', stop}}};

} // namespace

bool is_order(char32_t letter) {
  for (auto& k : order_keys)
    if (k.letter == letter)
      return true;
  return false;
}

asked ask_for(char32_t letter, const std::optional<subject>& s, const std::string& node) {
  if (!s)
    return {{}, "nothing is selected"};
  asked a;
  for (auto& k : order_keys)
    if (k.letter == letter)
      a = k.ask(*s);
  if (auto confirm = std::get_if<confirm_prompt>(&a.asking))
    confirm->what.what.node = node;
  return a;
}

order scale_order(const std::string& pool, const std::string& size,
                  const std::string& node) {
  auto payload = json_object_writer{}.add("name", pool).add_json("size", size).object();
  return {{"scale", payload, node}, "scale " + pool + " to " + size};
}

std::string log_subject(const subject& s) {
  auto name = target_of(s);
  if (!name.empty())
    return name;
  if (s.of == page::calls) {
    auto worker = text(*s.what.what, "worker");
    return worker.empty() ? text(*s.what.what, "pool") : worker;
  }
  if (s.of != page::events)
    return "";
  auto worker = text(*s.what.what, "worker");
  return worker.empty() ? text(*s.what.what, "pool") : worker;
}

std::string terminal_of(const subject& s) {
  if (s.of == page::terminals)
    return text(*s.what.what, "name");
  return is_worker(s) || is_pool(s) ? s.what.id : "";
}

} // namespace troupe::top
