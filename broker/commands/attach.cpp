#include "broker/commands/argument_checks.hpp"
#include "broker/commands/attachment.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/tty.hpp"
#include "protocol/base/printable.hpp"

#include <istream>
#include <memory>
#include <ostream>

#include <unistd.h>

namespace troupe::commands {

namespace {

struct attach_command {
  node_options options;
  std::string name;
  bool view = false;
  bool read_only = false;
  bool take = false;
  bool clipboard = false;
};

bool asks_yes(command_context& context, const std::string& name) {
  context.err << name << " is driven from another terminal. Take over? [y/N] "
              << std::flush;
  std::string line;
  std::getline(context.in, line);
  return line == "y" || line == "Y";
}

void run(const attach_command& c, command_context& context) {
  if (!has_tty()) {
    context.err << "troupe: attach needs a terminal; `troupe dump` prints a screen\n";
    context.status = exit_code::usage;
    return;
  }
  auto node = connect(context, c.options);
  auto events = node ? connect(context, c.options) : nullptr;
  if (!events || !is_terminal(context, c.options, *node, c.name))
    return;
  events->set_patience({});
  auto wakeups = watch_signals();
  using part = attachment::part;
  auto drives = !c.view && !c.read_only;
  attachment a{c.name, *node, std::move(events),
               c.read_only ? part::only_watches
               : drives    ? part::drives
                           : part::watches,
               c.clipboard};
  auto begun = a.begin(c.take);
  if (begun && drives && !a.drives() && asks_yes(context, c.name))
    begun = a.take_over();
  if (!begun) {
    report(context, c.options.json, begun.error());
    context.status = exit_code::failed;
    return;
  }
  // From here on the terminal shows another program.
  node->set_patience({});
  auto ended = a.run(wakeups);
  context.err << "troupe: " << c.name << ": " << printable(ended) << std::endl;
  auto well = ended == attachment::detached || ended == attachment::over;
  // The thread that follows may be waiting for the node still.
  ::_exit(well ? exit_code::ok : exit_code::failed);
}

} // namespace

void add_attach(CLI::App& app, command_context& context) {
  auto c = std::make_shared<attach_command>();
  auto command = app.add_subcommand(
      "attach", "Show a terminal in your own and type on it; ctrl-] d leaves, ctrl-] t "
                "takes over");
  command->add_option("NAME", c->name, "A terminal (alice, shell.0, alice@beta)")
      ->required()
      ->check(mistake_in_name);
  command->add_flag("--view", c->view, "Watch: neither type nor change its size");
  command->add_flag("--read-only", c->read_only,
                    "Watch, and never take over: ctrl-] t does nothing");
  command->add_flag("--take", c->take,
                    "Take over from whoever drives it, without asking");
  command->add_flag("--clipboard", c->clipboard,
                    "Let the program set your clipboard (OSC 52)");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
