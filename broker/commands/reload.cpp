#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/plural.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct reload_command {
  node_options options;
  std::string name;
  bool all = false;
};

/// Returns a member of the result that is a list of names as `a, b`.
std::string names_in(std::string_view result, std::string_view member) {
  auto list = json_text::find(result, member).value_or("[]");
  std::string names;
  json_text::element_reader reader{list};
  while (auto name = reader.next())
    names += (names.empty() ? "" : ", ") + json_text::as_text(*name).value_or("");
  return names;
}

/// Prints `word: a, b` for such a member.
/// @param prefix Before the word.
void print_names(std::ostream& out, std::string_view result, std::string_view member,
                 std::string_view prefix = {}) {
  auto names = names_in(result, member);
  if (!names.empty())
    out << prefix << member << ": " << names << '\n';
}

/// Prints what became of all pools, and of followers where any has changed.
void print_summary(const reload_command& c, std::ostream& out, std::string_view result) {
  for (auto member : {"added", "changed", "removed", "unchanged"})
    print_names(out, result, member);
  auto replaced = json_text::find_member(result, "replaced").value_or("{}");
  if (json_text::is_object(replaced)) {
    json_text::member_reader pools{replaced};
    while (auto pool = pools.next())
      out << pool->key << ": replaced " << counted_workers(pool->value) << '\n';
  }
  auto followers = json_text::find_member(result, "followers").value_or("{}");
  for (auto member : {"added", "changed", "removed"})
    print_names(out, followers, member, "followers ");
  auto empty = [&](const char* member) {
    return json_text::find_member(result, member).value_or("[]") == "[]";
  };
  if (!c.all && empty("added") && empty("changed") && empty("removed"))
    out << "no pool has changed, and no worker was replaced; for programs that changed\n"
           "on disk: troupe reload NAME, or troupe reload --all\n";
}

void run(const reload_command& c, command_context& context) {
  auto result = connect_and_operate(context, c.options, "reload",
                                    c.all            ? all_payload()
                                    : c.name.empty() ? "null"
                                                     : name_payload(c.name));
  if (!result)
    return;
  auto text = result->view();
  if (c.options.json) {
    print_json(context, text);
  } else if (!c.name.empty()) {
    auto count = json_text::find(text, "replaced").value_or("0");
    context.out << c.name << ": replaced " << counted_workers(count) << '\n';
  } else {
    print_summary(c, context.out, text);
  }
  auto waiting = names_in(text, "wait_for_restart");
  if (!c.options.json && !waiting.empty())
    context.out << "what changed in these tables waits for a restart of the node: "
                << printable(waiting) << '\n';
}

} // namespace

void add_reload(CLI::App& app, command_context& context) {
  auto c = std::make_shared<reload_command>();
  auto command = app.add_subcommand(
      "reload", "Read the configuration again and replace workers one by one");
  auto name = command
                  ->add_option("NAME", c->name,
                               "A pool, whose workers are replaced in any case "
                               "(default: all pools that changed)")
                  ->check(mistake_in_name);
  command
      ->add_flag("--all", c->all,
                 "Replace the workers of every pool, also where the configuration is the "
                 "same: their programs may have changed")
      ->excludes(name);
  add_node_options(*command, c->options);
  command->footer("The first new worker must become ready before an old one goes: if it "
                  "does not, all stays as it was.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
