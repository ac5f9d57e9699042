#include "broker/commands/commands.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace troupe::commands {

void add_help(CLI::App& app, command_context& context) {
  auto name = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (auto command : app.get_subcommands({}))
    names.push_back(command->get_name());
  auto command = app.add_subcommand("help", "Print the help of a command, or of all");
  command->add_option("COMMAND", *name, "The command")->check(CLI::IsMember(names));
  command->callback([name, &app, &context] {
    // Not `help()` of the program: that is the help of the command that was chosen.
    auto& about = name->empty() ? app : *app.get_subcommand(*name);
    context.out << app.get_formatter()->make_help(
        &about, name->empty() ? "troupe" : "troupe " + *name, CLI::AppFormatMode::Normal);
  });
}

} // namespace troupe::commands
