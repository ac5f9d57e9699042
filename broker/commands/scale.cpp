#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct scale_command {
  node_options options;
  std::string name;
  uint64_t size = 1;
};

void run(const scale_command& c, command_context& context) {
  auto payload = json_object_writer{}.add("name", c.name).add("size", c.size).object();
  auto result = connect_and_operate(context, c.options, "scale", payload);
  if (!result)
    return;
  if (c.options.json)
    print_json(context, result->view());
  else
    context.out << c.name << ": " << counted(c.size, "worker") << '\n';
}

} // namespace

void add_scale(CLI::App& app, command_context& context) {
  auto c = std::make_shared<scale_command>();
  auto command = app.add_subcommand("scale", "Change how many workers a pool has");
  command->add_option("POOL", c->name, "A pool")->required()->check(mistake_in_name);
  command->add_option("SIZE", c->size, "Its workers from now on")
      ->required()
      ->check(mistake_in_whole_number); // what it may be at most is known to the node
  add_node_options(*command, c->options);
  command->footer("It holds until the next reload of the pool or of all, which sets the "
                  "size of the file.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
