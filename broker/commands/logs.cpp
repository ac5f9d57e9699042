#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/json_member.hpp"
#include "protocol/json_text.hpp"

#include <memory>
#include <ostream>

namespace troupe {

namespace {

struct logs_command {
  node_options options;
  std::string worker;
};

void run(const logs_command& c, command_context& context) {
  auto result = reach_and_operate(context, c.options, "log", name_payload(c.worker));
  if (!result)
    return;
  auto answer = result->view();
  if (c.options.json) {
    context.out << answer << '\n';
    return;
  }
  auto lines = json_text::find_member(answer, "lines");
  if (!lines || !lines->starts_with('['))
    return;
  json_text::element_reader reader{*lines};
  while (auto line = reader.next())
    context.out << json_text::as_text(*line).value_or("") << '\n';
}

} // namespace

void add_logs(CLI::App& app, command_context& context) {
  auto c = std::make_shared<logs_command>();
  auto command =
      app.add_subcommand("logs", "Print the last lines a worker wrote to its stderr");
  command->add_option("WORKER", c->worker, "A worker (echo.0)")->required();
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe
