#include "broker/commands/completed_program.hpp"

#include <algorithm>

namespace troupe::commands {

namespace {

using value_kind = completed_value::kind;

/// Returns the words of a choice, which CLI11 spells `TEXT:{bash,zsh,fish}`.
std::vector<std::string> words_in(const std::string& type) {
  auto begin = type.find(":{");
  if (begin == type.npos || !type.ends_with('}'))
    return {};
  return CLI::detail::split(type.substr(begin + 2, type.size() - begin - 3), ',');
}

completed_value completed_value_of(const CLI::Option& option) {
  auto type = option.get_type_name();
  if (auto words = words_in(type); !words.empty())
    return {value_kind::words, std::move(words)};
  if (type.starts_with("FILE") || type.starts_with("URL|SOCKET"))
    return {value_kind::file};
  if (type.starts_with("DIR"))
    return {value_kind::folder};
  auto name = option.get_single_name();
  if (option.get_positional() && name == "POOL")
    return {value_kind::pools};
  if (option.get_positional() && (name == "NAME" || name == "TO"))
    return {value_kind::names};
  if (option.get_positional() && name == "ID")
    return {value_kind::calls};
  return {};
}

bool is_known(const std::vector<completed_option>& options, const completed_option& o) {
  return std::any_of(options.begin(), options.end(),
                     [&](auto& other) { return other.names == o.names; });
}

/// Adds the options and arguments of a command.
void add_completed_options(const CLI::App& app, std::vector<completed_option>& options,
                           std::vector<completed_argument>& arguments) {
  for (auto option : app.get_options()) {
    if (option->get_group().empty())
      continue;
    if (option->get_positional()) {
      arguments.push_back({option->get_single_name(), completed_value_of(*option)});
      continue;
    }
    completed_option o;
    for (auto& name : option->get_snames())
      o.names.push_back("-" + name);
    for (auto& name : option->get_lnames())
      o.names.push_back("--" + name);
    o.description = option->get_description();
    o.takes_value = option->get_items_expected_max() > 0;
    o.repeats = option->get_items_expected_max() > 1;
    o.value = completed_value_of(*option);
    if (!is_known(options, o))
      options.push_back(std::move(o));
  }
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands(
      [](const CLI::App* command) { return !command->get_group().empty(); });
}

completed_command to_command(const CLI::App& app) {
  completed_command c{app.get_name(), app.get_description(), {}, {}};
  completed_argument below{"COMMAND", {value_kind::words}};
  for (auto command : commands_of(app))
    below.value.words.push_back(command->get_name());
  if (!below.value.words.empty())
    c.arguments.push_back(std::move(below));
  add_completed_options(app, c.options, c.arguments);
  for (auto command : commands_of(app))
    add_completed_options(*command, c.options, c.arguments);
  return c;
}

} // namespace

completed_program completed(const CLI::App& app) {
  completed_program p;
  std::vector<completed_argument> none;
  add_completed_options(app, p.options, none);
  for (auto command : commands_of(app))
    p.commands.push_back(to_command(*command));
  return p;
}

} // namespace troupe::commands
