#include "broker/commands/commands.hpp"

#include <ostream>

namespace troupe {

namespace {

constexpr const char* footer = R"(How a node is found:
  --node, else TROUPE_NODE, else connection.json in the state directory
  (--state-dir, else TROUPE_STATE_DIR, else .troupe). There its socket is
  preferred to its URL.

Environment:
  TROUPE_NODE       the node's URL or socket
  TROUPE_API_KEY    the key for a node named by its URL
  TROUPE_STATE_DIR  the state directory
  NO_COLOR          no colours

Exit status:
  0    done
  1    the call or the operation failed, or the configuration has mistakes
  2    wrong arguments, or a payload that is not JSON
  3    no node could be reached
  130  ended by Ctrl-C)";

} // namespace

int run_program(int argc, const char* const* argv, command_context& context) {
  CLI::App app{"Runs pools of worker processes and carries calls to them", "troupe"};
  app.set_version_flag("--version", "troupe " TROUPE_VERSION, "Print the version");
  // Subcommands take it over as it is when they are added.
  app.footer(footer);
  app.require_subcommand(0, 1);
  for (auto add :
       {add_serve, add_call, add_ps, add_restart, add_reload, add_drain, add_resume,
        add_scale, add_stop, add_events, add_logs, add_check, add_attach, add_dump})
    add(app, context);
  try {
    app.parse(argc, argv);
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

} // namespace troupe
