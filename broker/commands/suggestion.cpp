#include "broker/commands/suggestion.hpp"

#include "protocol/base/printable.hpp"
#include "protocol/config/spelling.hpp"

#include <vector>

namespace troupe::commands {

namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (auto command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// Returns the long options of a command, with their dashes.
std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (auto option : command.get_options())
    for (auto& name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

std::string did_you_mean(std::string_view what, const std::vector<std::string>& known) {
  auto meant = config::nearest(what, known);
  return meant.empty() ? "" : "; did you mean " + std::string{meant} + "?";
}

} // namespace

std::string describe_unknown(const CLI::App& app) {
  auto chosen = app.get_subcommands();
  auto& command = chosen.empty() ? app : *chosen.front();
  auto left = app.remaining(true);
  auto what = left.empty() ? std::string{} : left.front();
  auto shown = printable(what);
  auto name = chosen.empty() ? "troupe" : "troupe " + command.get_name();
  auto help = "\n`" + name + " --help` shows what there is";
  if (what.starts_with('-')) {
    auto option = what.substr(0, what.find('='));
    auto stands_before = !chosen.empty() && !app.remaining().empty();
    if (stands_before && command.get_option_no_throw(option))
      return "troupe: " + option + " stands after the command: `" + name + ' ' + option
             + '`' + help;
    return name + ": no option " + printable(option)
           + did_you_mean(option, option_names(command)) + help;
  }
  if (chosen.empty())
    return "troupe: no command " + shown + did_you_mean(what, command_names(app)) + help;
  return name + ": one argument too many: " + shown + help;
}

} // namespace troupe::commands
