#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/suggestion.hpp"

#include <ostream>

namespace troupe::commands {

namespace {

constexpr const char* footer =
    R"(`troupe COMMAND --help` says more about each. A node is found by --node, which may
stand anywhere, else by TROUPE_NODE, else through connection.json in the state directory
(--state-dir, TROUPE_STATE_DIR, .troupe, /var/lib/troupe). TROUPE_API_KEY is the key for
a URL, TROUPE_CA the authority for one with https.
Exit status: 0 done, 1 failed, 2 wrong arguments, 3 no node, 130 ended by Ctrl-C.)";

/// The node may be named before the command as well as after it.
void add_node_options(CLI::App& app, client::node_locator& where) {
  app.add_option("--node", where.node, "The node: its URL or its socket")
      ->check(mistake_in_name)
      ->type_name("URL|SOCKET");
  app.add_option("--state-dir", where.state_dir, "Where the node's connection.json is")
      ->type_name("DIR");
  app.add_option("--ca", where.ca, ca_text)->type_name("FILE");
}

/// Returns the option of a node that stands before a command which talks to none.
std::string misplaced_option(const CLI::App& app) {
  for (auto name : {"--node", "--state-dir", "--ca"})
    for (auto command : app.get_subcommands())
      if (!app.get_option(name)->empty() && !command->get_option_no_throw(name))
        return std::string{name} + ": `troupe " + command->get_name()
               + "` talks to no node";
  return {};
}

} // namespace

int run_program(int argc, const char* const* argv, command_context& context,
                std::initializer_list<command_adder> more) {
  CLI::App app{"Runs pools of worker processes and carries calls to them", "troupe"};
  app.set_version_flag("--version", "troupe " TROUPE_VERSION, "Print the version");
  add_node_options(app, context.where);
  app.require_subcommand(0, 1);
  for (auto add :
       {add_serve,     add_call,       add_ps,       add_calls,  add_cancel, add_nodes,
        add_restart,   add_reload,     add_drain,    add_resume, add_scale,  add_stop,
        add_events,    add_logs,       add_sessions, add_check,  add_attach, add_dump,
        add_dashboard, add_completion, add_host})
    add(app, context);
  for (auto add : more)
    add(app, context);
  add_help(app, context); // it knows the others
  // Not before: subcommands would take it over as it is when they are added.
  app.footer(footer);
  // Before any command runs: they do so while the arguments are read.
  app.parse_complete_callback([&app] {
    if (auto wrong = misplaced_option(app); !wrong.empty())
      throw CLI::ValidationError{wrong};
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    context.err << describe_unknown(app) << '\n';
    return exit_code::usage;
  } catch (const CLI::ParseError& e) {
    // Asking for help or the version is the only way to get here and be right.
    return app.exit(e, context.out, context.err) == 0 ? exit_code::ok : exit_code::usage;
  }
  if (app.get_subcommands().empty()) {
    context.err << app.help();
    return exit_code::usage;
  }
  return context.status;
}

} // namespace troupe::commands
