#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/format.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <chrono>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct cancel_command {
  node_options options;
  std::string id;
};

/// Returns what the call was: `slow, running in text.0, 3s old`.
std::string describe(std::string_view call) {
  auto member = [call](std::string_view key) {
    return printable(json_text::text_member(call, key).value_or(""));
  };
  auto age = json_text::find_member(call, "age_ms");
  auto ms = age ? json_text::as_integer(*age).value_or(0) : 0;
  auto worker = member("worker");
  return member("kind") + ", " + member("state") + (worker.empty() ? "" : " in " + worker)
         + ", " + format_duration(std::chrono::milliseconds{ms}) + " old";
}

void run(const cancel_command& c, command_context& context) {
  auto payload = json_object_writer{}.add("id", c.id).object();
  auto was = connect_and_operate(context, c.options, "cancel_call", payload);
  if (!was)
    return;
  if (c.options.json)
    print_json(context, was->view());
  else
    context.out << "cancelled " << printable(c.id) << ": " << describe(was->view())
                << '\n';
}

} // namespace

void add_cancel(CLI::App& app, command_context& context) {
  auto c = std::make_shared<cancel_command>();
  auto command = app.add_subcommand("cancel", "Take a call back for its caller");
  command->add_option("ID", c->id, "Of a call, as `troupe calls` shows it")
      ->required()
      ->check(mistake_in_name);
  add_node_options(*command, c->options);
  command->footer("Its caller gets `cancelled`. A worker that runs the call and cannot "
                  "cancel may finish or is ended, as `abandoned` of its pool says.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
