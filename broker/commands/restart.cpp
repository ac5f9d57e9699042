#include "broker/commands/commands.hpp"
#include "broker/commands/counted.hpp"

#include <memory>

namespace troupe {

namespace {

struct restart_command {
  node_options options;
  std::string name;
};

} // namespace

void add_restart(CLI::App& app, command_context& context) {
  auto c = std::make_shared<restart_command>();
  auto command = app.add_subcommand("restart", "Restart a pool's workers, or one worker");
  command->add_option("NAME", c->name, "A pool (echo) or a worker (echo.0)")->required();
  add_node_options(*command, c->options);
  command->callback([c, &context] {
    order_counted(context, c->options, c->name, "restart", "restarted");
  });
}

} // namespace troupe
