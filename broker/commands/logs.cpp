#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <ostream>

namespace troupe::commands {

namespace {

struct logs_command {
  node_options options;
  std::string name;
  std::optional<size_t> most;
};

/// Prints the last lines of one worker, with a mark where it ended and its successor
/// began.
/// @param log An object with `lines`, the first `earlier` of them of the one before.
void print_log(const logs_command& c, std::string_view log, std::ostream& out) {
  auto lines = json_text::find_member(log, "lines");
  if (!lines || !lines->starts_with('['))
    return;
  auto earlier =
      json_text::as_integer(json_text::find_member(log, "earlier").value_or("0"));
  std::deque<std::string> shown;
  json_text::element_reader reader{*lines};
  for (int64_t i = 0; auto line = reader.next(); ++i) {
    shown.push_back(printable(json_text::as_text(*line).value_or(""), tabs::keep));
    if (c.most && shown.size() > *c.most)
      shown.pop_front();
    if (earlier && i + 1 == *earlier)
      shown.push_back("-- that worker has ended; what follows is of the next --");
  }
  for (auto& line : shown)
    out << line << '\n';
}

void run(const logs_command& c, command_context& context) {
  auto result = connect_and_operate(context, c.options, "log", name_payload(c.name));
  if (!result)
    return;
  auto answer = result->view();
  if (c.options.json)
    return print_json(context, answer);
  auto workers = json_text::find_member(answer, "workers");
  if (!workers || !workers->starts_with('['))
    return print_log(c, answer, context.out);
  json_text::element_reader reader{*workers};
  while (auto worker = reader.next()) {
    context.out << "==> " << json_text::text_member(*worker, "name").value_or("")
                << " <==\n";
    print_log(c, *worker, context.out);
  }
}

} // namespace

void add_logs(CLI::App& app, command_context& context) {
  auto c = std::make_shared<logs_command>();
  auto command = app.add_subcommand(
      "logs", "Print what a worker, or each of a pool, wrote to its stderr last");
  command->add_option("NAME", c->name, "A worker (echo.0, echo.0@beta) or a pool (echo)")
      ->required()
      ->check(mistake_in_name);
  command->add_option("-n", c->most, "Only so many lines of each worker")
      ->check(mistake_in_whole_number)
      ->type_name("LINES");
  add_node_options(*command, c->options);
  command->footer("The lines of a worker that has ended are kept until the next in its "
                  "place ends.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
