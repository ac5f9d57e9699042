#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/json_text.hpp"

#include <memory>
#include <ostream>

namespace troupe {

namespace {

struct reload_command {
  node_options options;
  std::string name;
};

/// Prints `word: a, b` for a member of the result that is a list of names.
void print_names(std::ostream& out, std::string_view result, std::string_view member) {
  auto list = json_text::find(result, member).value_or("[]");
  std::string names;
  json_text::element_reader reader{list};
  while (auto name = reader.next())
    names += (names.empty() ? "" : ", ") + json_text::as_text(*name).value_or("");
  if (!names.empty())
    out << member << ": " << names << '\n';
}

void run(const reload_command& c, command_context& context) {
  auto result = reach_and_operate(context, c.options, "reload",
                                  c.name.empty() ? "null" : name_payload(c.name));
  if (!result)
    return;
  auto text = result->view();
  if (c.options.json) {
    context.out << text << '\n';
  } else if (!c.name.empty()) {
    auto count = json_text::find(text, "replaced").value_or("0");
    context.out << c.name << ": replaced " << count
                << (count == "1" ? " worker\n" : " workers\n");
  } else {
    for (auto member : {"added", "changed", "removed", "unchanged"})
      print_names(context.out, text, member);
  }
}

} // namespace

void add_reload(CLI::App& app, command_context& context) {
  auto c = std::make_shared<reload_command>();
  auto command = app.add_subcommand(
      "reload", "Read the configuration again and replace workers one by one");
  command->add_option("NAME", c->name,
                      "A pool, whose workers are replaced in any case (default: all "
                      "pools that changed)");
  add_node_options(*command, c->options);
  command->footer("The first new worker must become ready before an old one goes: if it "
                  "does not, all stays as it was.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe
