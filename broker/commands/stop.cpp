#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/plural.hpp"

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct stop_command {
  node_options options;
  std::string name;
};

void run(const stop_command& c, command_context& context) {
  if (!c.name.empty()) {
    order_counted(context, c.options, c.name, name_payload(c.name), "stop", "stopped");
    return;
  }
  auto result = connect_and_operate(context, c.options, "shutdown");
  if (!result)
    return;
  if (c.options.json)
    print_json(context, result->view());
  else
    context.out << "the node finishes its calls and stops\n";
}

} // namespace

void add_stop(CLI::App& app, command_context& context) {
  auto c = std::make_shared<stop_command>();
  auto command = app.add_subcommand("stop", "Stop a pool, a worker or the node");
  command
      ->add_option("NAME", c->name,
                   "A pool (echo) or a worker (echo.0, echo.0@beta) (default: the node)")
      ->check(mistake_in_name);
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
