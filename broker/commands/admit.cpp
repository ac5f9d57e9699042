#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct admit_command {
  node_options options;
  std::string name;
};

/// @param done What the pool is once the operation is through, for a person.
void add(CLI::App& app, command_context& context, const char* operation,
         const char* description, const char* done) {
  auto c = std::make_shared<admit_command>();
  auto command = app.add_subcommand(operation, description);
  command->add_option("POOL", c->name, "A pool")->required()->check(mistake_in_name);
  add_node_options(*command, c->options);
  command->callback([c, &context, operation, done] {
    auto result =
        connect_and_operate(context, c->options, operation, name_payload(c->name));
    if (!result)
      return;
    if (c->options.json)
      print_json(context, result->view());
    else
      context.out << c->name << ": " << done << '\n';
  });
}

} // namespace

void add_resume(CLI::App& app, command_context& context) {
  add(app, context, "resume", "Have a drained pool take calls again",
      "takes calls again");
}

} // namespace troupe::commands
