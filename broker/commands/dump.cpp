#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/remote_screen.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct dump_command {
  node_options options;
  std::string name;
  bool ansi = false;
  uint64_t scrollback = 0;
};

/// A screen has lines, and nothing else that steers.
void print_lines(std::string_view text, std::ostream& out) {
  for (size_t begin = 0; begin <= text.size();) {
    auto end = std::min(text.find('\n', begin), text.size());
    out << printable(text.substr(begin, end - begin)) << '\n';
    begin = end + 1;
  }
}

void run(const dump_command& c, command_context& context) {
  auto node = connect(context, c.options);
  if (!node || !is_terminal(context, c.options, *node, c.name))
    return;
  auto result = node->call(to_terminal_worker(c.name), "snapshot",
                           json_object_writer{}
                               .add("format", c.ansi ? "ansi" : "plain")
                               .add("scrollback", c.scrollback)
                               .object());
  if (!result) {
    report(context, c.options.json, result.error());
    context.status = exit_code::failed;
    return;
  }
  auto answer = result->payload;
  if (c.options.json) {
    print_json(context, answer.view());
    return;
  }
  auto screen = json_text::find(answer.view(), "screen").value_or("\"\"");
  auto text = json_text::as_text(screen).value_or("");
  if (c.ansi)
    context.out << from_base64(text).value_or("");
  else
    print_lines(text, context.out);
}

} // namespace

void add_dump(CLI::App& app, command_context& context) {
  auto c = std::make_shared<dump_command>();
  auto command = app.add_subcommand("dump", "Print the screen of a terminal");
  command->add_option("NAME", c->name, "A terminal (alice, shell.0, alice@beta)")
      ->required()
      ->check(mistake_in_name);
  command->add_flag("--ansi", c->ansi, "As a stream that draws it, colours and all");
  command->add_option("--scrollback", c->scrollback, "Lines before those on the screen")
      ->check(mistake_in_whole_number)
      ->type_name("LINES");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
