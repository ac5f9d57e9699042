#include "actors/behaviours/plugin_set.hpp"
#include "actors/isolation/isolated_process.hpp"
#include "broker/commands/commands.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/printable.hpp"

#include <boost/json/value.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

namespace fs = std::filesystem;

using behaviours::isolated_setup;

struct host_command {
  std::string plugin;
  std::string behaviour;
};

/// Returns the behaviour of this name; the only one, if no name is given.
result<const behaviour_kind*, std::string> choose(const behaviour_registry& all,
                                                  const host_command& c) {
  auto names = all.names();
  auto is_only_one = names.find(',') == std::string::npos;
  if (c.behaviour.empty() && !is_only_one)
    return failure(c.plugin + " has several behaviours: choose one with --behaviour, "
                   + names);
  auto kind = all.find(c.behaviour.empty() ? names : c.behaviour);
  if (!kind)
    return failure(c.plugin + " has no behaviour " + c.behaviour + ", but " + names);
  return kind;
}

/// Returns what the node has said of the pool; nothing of it, if no node did.
result<isolated_setup, std::string> read_setup() {
  std::string variable{isolated_setup::variable};
  auto text = std::getenv(variable.c_str());
  if (!text)
    return isolated_setup{};
  auto setup = behaviours::to_isolated_setup(text);
  if (!setup)
    return failure(variable + ": " + setup.error());
  return setup;
}

/// The node has had the options checked, but who starts this by hand has not.
result<void, std::string> check(const behaviour_kind& kind, const isolated_setup& setup) {
  boost::json::error_code ec;
  auto options = parse_document(setup.options, ec);
  std::string text;
  if (kind.check && options.is_object())
    for (auto& wrong : kind.check(options.get_object()))
      text += (text.empty() ? "" : "; ") + wrong.option
              + (wrong.option.empty() ? "" : ": ") + wrong.message;
  if (text.empty())
    return {};
  return failure("options of " + kind.name + ": " + text);
}

result<void, std::string> host(const host_command& c, isolation::node_pipes pipes) {
  auto known = std::make_shared<behaviour_registry>();
  behaviours::plugin_set plugins{known};
  if (auto loaded = plugins.load(fs::absolute(c.plugin).lexically_normal()); !loaded)
    return loaded;
  auto kind = choose(*known, c);
  if (!kind)
    return failure(std::move(kind).error());
  auto setup = read_setup();
  if (!setup)
    return failure(std::move(setup).error());
  if (auto good = check(**kind, *setup); !good)
    return good;
  auto name = (*kind)->name;
  auto ended = isolation::run_isolated(
      std::shared_ptr<const behaviour_kind>{known, *kind}, *std::move(setup),
      std::move(pipes), [&](auto& system) { plugins.configure(system); });
  if (!ended)
    return failure("the behaviour " + name + " has ended: " + ended.error());
  return {};
}

void run(const host_command& c, command_context& context) {
  // Before the plugin is loaded: what it prints then is no line for the node.
  auto ended = host(c, isolation::take_over_pipes());
  if (!ended)
    context.err << "troupe: " << printable(ended.error()) << '\n';
  context.err.flush();
  // Threads of the behaviour may never end.
  ::_exit(ended ? exit_code::ok : exit_code::failed);
}

} // namespace

void add_host(CLI::App& app, command_context& context) {
  auto c = std::make_shared<host_command>();
  auto command =
      app.add_subcommand("host", "Run a behaviour of a plugin as a worker process");
  command->add_option("PLUGIN", c->plugin, "The shared library")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--behaviour", c->behaviour,
                   "Which one; without it the only one that the plugin has")
      ->type_name("NAME");
  command->footer(
      "It speaks json-lines on its standard input and output. A node runs it for pools "
      "with isolate = true, and says what they are for in TROUPE_BEHAVIOUR.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
