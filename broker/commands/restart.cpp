#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/plural.hpp"

#include <memory>

namespace troupe::commands {

namespace {

struct restart_command {
  node_options options;
  std::string name;
  bool all = false;
};

void run(const restart_command& c, command_context& context) {
  if (c.all)
    order_counted(context, c.options, "all pools", all_payload(), "restart", "restarted");
  else
    order_counted(context, c.options, c.name, name_payload(c.name), "restart",
                  "restarted");
}

} // namespace

void add_restart(CLI::App& app, command_context& context) {
  auto c = std::make_shared<restart_command>();
  auto command = app.add_subcommand("restart", "Restart a pool's workers, or one worker");
  auto name =
      command
          ->add_option("NAME", c->name, "A pool (echo) or a worker (echo.0, echo.0@beta)")
          ->check(mistake_in_name);
  auto all =
      command->add_flag("--all", c->all, "The workers of every pool")->excludes(name);
  add_node_options(*command, c->options);
  command->footer("Programs that were spawned on a terminal are not among --all.");
  command->callback([c, name, all, &context] {
    if (name->empty() && all->empty())
      throw CLI::RequiredError{"NAME or --all"};
    run(*c, context);
  });
}

} // namespace troupe::commands
