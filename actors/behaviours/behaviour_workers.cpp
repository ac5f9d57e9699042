#include "actors/behaviours/behaviour_workers.hpp"

#include "actors/behaviours/host.hpp"
#include "actors/behaviours/isolated_setup.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/config/read.hpp"
#include "protocol/config/toml_json.hpp"

#include <boost/json/serialize.hpp>

#include <string>
#include <utility>
#include <vector>

namespace troupe::behaviours {

namespace {

using config::pool;
using config::section;

constexpr std::string_view no_program =
    "a behaviour is an actor of the node and no program: leave it out";

std::vector<option_mistake> check(const behaviour_kind& kind,
                                  const boost::json::object& options) {
  if (kind.check)
    return kind.check(options);
  std::vector<option_mistake> all;
  for (auto& [key, value] : options)
    all.push_back({std::string{key}, "the behaviour " + kind.name + " has no options"});
  return all;
}

void read_of(section& s, const behaviour_kind& kind, pool& out) {
  auto& of = out.behaviour.of;
  auto given = s.text("of", of);
  if (given && kind.place == behaviour_place::alone)
    s.wrong("of", "the behaviour " + kind.name + " stands before no pool: leave it out");
  else if (!s.get("of") && kind.place == behaviour_place::before_pool)
    s.wrong("of", "is missing: the pool that " + kind.name + " stands before");
  else if (auto to = given ? parse_address(of) : std::nullopt;
           given && (!to || to->pool == node_target))
    s.wrong("of", "expected the name of a pool, such as \"echo\" or \"echo@beta\", not "
                      + json_string(of));
  else if (given && to->pool == out.name && to->node.empty())
    s.wrong("of", "the pool would stand before itself");
}

void read_options(section& s, const behaviour_kind& kind, pool& out) {
  auto own = s.table("options");
  for (auto& key : own.keys())
    own.get(key); // the behaviour knows which there are
  auto n = s.get("options");
  if (n && !n->is_table())
    return;
  auto options = n ? config::to_json(*n->as_table()) : boost::json::object{};
  if (!options)
    return s.wrong("options", std::move(options).error());
  auto mistakes = check(kind, *options);
  if (mistakes.empty() && kind.pools)
    out.behaviour.others = kind.pools(*options);
  for (auto& m : mistakes) {
    if (m.option.empty())
      s.wrong("options", std::move(m.message));
    else
      own.wrong(m.option, std::move(m.message));
  }
  out.behaviour.options = boost::json::serialize(*options);
}

void read_behaviour(section& s, const behaviour_registry& known, pool& out) {
  s.flag("isolate", out.behaviour.isolate);
  auto& name = out.behaviour.name;
  auto named = s.text("behaviour", name);
  auto kind = known.find(name);
  if (kind && kind->place == behaviour_place::operation) {
    s.wrong("behaviour", name
                             + " is an operation of the node and no worker of a pool:"
                               " name it in [operation.NAME]");
    kind = nullptr;
    named = false;
  }
  if (!kind) {
    if (named)
      s.wrong("behaviour",
              "expected one of " + known.names() + ", not " + json_string(name));
    for (auto key : {"of", "options"}) // nobody can say what is right
      if (auto n = s.get(key); n && n->is_table()) {
        auto own = s.table(key);
        for (auto& option : own.keys())
          own.get(option);
      }
    return;
  }
  if (!s.get("window"))
    out.window = kind->window;
  read_of(s, *kind, out);
  read_options(s, *kind, out);
}

/// Makes the pool one of processes that load the plugin of its behaviour.
void isolate(section& s, const behaviour_registry& known, const std::string& host_program,
             pool& out) {
  auto kind = known.find(out.behaviour.name);
  if (!kind)
    return; // which has been said
  if (kind->plugin.empty())
    return s.wrong("isolate", "the behaviour " + kind->name
                                  + " comes with no plugin that another process could"
                                    " load: leave it out");
  out.command = {host_program, "host", kind->plugin, "--behaviour", kind->name};
  auto text = to_text(isolated_setup{out.behaviour.of, out.behaviour.options});
  if (text.size() > limits::isolated_setup_bytes)
    s.wrong("options", "an isolated behaviour has options of at most "
                           + std::to_string(limits::isolated_setup_bytes / 1024)
                           + " KiB");
  out.env[std::string{isolated_setup::variable}] = std::move(text);
}

/// Returns the kind of pools whose behaviour is in processes.
config::worker_kind isolated(config::worker_kind kind,
                             const std::shared_ptr<const behaviour_registry>& known,
                             std::string host_program) {
  constexpr auto own_command =
      "the program of an isolated behaviour is `troupe host`: leave it out";
  kind.traits.runs_program = true;
  kind.refuses = {
      {"command", own_command},
      {"transport", "an isolated behaviour has pipes: leave it out"},
      {"external", "the workers of a behaviour are started by the node: leave it out"},
      {"protocol", "the key behaviour stands in its place: leave it out"},
      {"survive", "a behaviour ends with the node"},
  };
  kind.read_own = [known, host_program = std::move(host_program)](section& s, pool& out) {
    read_behaviour(s, *known, out);
    isolate(s, *known, host_program, out);
  };
  // From then on, its workers are processes as any other.
  kind.settle = [](pool& out) {
    out.protocol = pool{}.protocol;
    out.workers = {.takes_sessions = false};
  };
  return kind;
}

} // namespace

startable_kind behaviour_workers(std::shared_ptr<const behaviour_registry> known,
                                 std::string host_program) {
  startable_kind k;
  k.kind.traits = {.kind = "behaviour", .runs_program = false, .takes_sessions = false};
  k.kind.named_by = "behaviour";
  k.kind.refuses = {
      {"command", no_program},
      {"transport", no_program},
      {"external", no_program},
      {"protocol", "the key behaviour stands in its place: leave it out"},
      {"loops", "a behaviour has no child to read and write: leave it out"},
      {"ready", "a behaviour is ready once its actor has begun: leave it out"},
      {"recycle.memory", "a behaviour shares the memory of the node: leave it out"},
      {"heartbeat.every", "a behaviour answers no ping: leave it out"},
      {"survive", "a behaviour ends with the node"},
  };
  k.kind.own_keys = {"behaviour", "of", "options", "isolate"};
  k.kind.read_own = [known](section& s, pool& out) { read_behaviour(s, *known, out); };
  k.kind.settle = [](pool& out) { out.ready = config::ready_mode::spawn; };
  k.kind.isolated = std::make_shared<const config::worker_kind>(
      isolated(k.kind, known, std::move(host_program)));
  k.spawn = [known](caf::local_actor& parent, worker_start s) -> worker_actor {
    std::shared_ptr<const behaviour_kind> kind{
        known, known->find(s.pool->config.behaviour.name)};
    return parent.spawn(host_behavior, std::move(kind), std::move(s.pool),
                        worker::worker_identity{s.index, s.incarnation},
                        std::move(s.supervisor));
  };
  return k;
}

} // namespace troupe::behaviours
