#include "broker/commands/commands.hpp"
#include "broker/commands/completed_program.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <ostream>
#include <thread>

namespace troupe::commands {

namespace {

/// Somebody waits at the keyboard: a node that takes longer has no names.
constexpr auto names_patience = std::chrono::seconds{1};

struct completion_command {
  std::string shell;
  /// Which names a script asks for.
  std::string names;
  client::node_locator where;
};

/// Whether a shell takes the name as it is: a script must not have to quote it.
bool needs_no_quotes(std::string_view name) {
  return !name.empty() && name.front() != '-'
         && std::all_of(name.begin(), name.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                     || (c >= '0' && c <= '9')
                     || std::string_view{"_-.@"}.find(c) != std::string_view::npos;
            });
}

/// Adds the names of what an operation of the node lists.
/// @param key The member of a row that names it.
void add_names(client::node_client& node, std::string_view operation,
               std::string_view key, std::vector<std::string>& out) {
  auto result = node.call(node_target, operation, "null");
  if (!result || !result->payload.view().starts_with('['))
    return;
  json_text::element_reader reader{result->payload.view()};
  while (auto row = reader.next())
    if (auto name = json_text::text_member(*row, key); name && needs_no_quotes(*name))
      out.push_back(std::move(*name));
}

/// Returns the names that the node has.
/// @param which `pools`, `names` or `calls`.
std::vector<std::string> names_of_node(const client::node_locator& where,
                                       std::string_view which) {
  std::vector<std::string> names;
  auto node = client::open_client(client::with_environment(where));
  if (!node)
    return names;
  if (which == "calls") {
    add_names(**node, "calls", "id", names);
    return names;
  }
  add_names(**node, "pools", "name", names);
  if (which == "names")
    add_names(**node, "workers", "name", names);
  return names;
}

/// Prints them, a line each; nothing if there is no node, or it does not answer.
void print_names_of_node(const completion_command& c, command_context& context) {
  auto answer = std::make_shared<std::promise<std::vector<std::string>>>();
  auto names = answer->get_future();
  // Left behind if the node hangs: the program ends then, and the thread with it.
  std::thread{[answer, where = c.where, which = c.names] {
    answer->set_value(names_of_node(where, which));
  }}.detach();
  if (names.wait_for(names_patience) != std::future_status::ready)
    return;
  for (auto& n : names.get())
    context.out << n << '\n';
}

/// Prints the script of the shell for all commands of `app`.
void print_script(const completion_command& c, const CLI::App& app,
                  command_context& context) {
  auto program = completed(app);
  if (c.shell == "bash")
    context.out << bash_completion(program);
  else if (c.shell == "zsh")
    context.out << zsh_completion(program);
  else
    context.out << fish_completion(program);
}

} // namespace

void add_completion(CLI::App& app, command_context& context) {
  auto c = std::make_shared<completion_command>();
  auto command =
      app.add_subcommand("completion", "Print a completion script for a shell");
  command->add_option("SHELL", c->shell, "The shell")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  // For the scripts: which node they ask is on the command line that is completed.
  command->add_option("--names", c->names, "Print these names of the node instead")
      ->check(CLI::IsMember({"pools", "names", "calls"}))
      ->group("");
  command->add_option("--node", c->where.node)->group("");
  command->add_option("--state-dir", c->where.state_dir)->group("");
  command->add_option("--ca", c->where.ca)->group("");
  command->footer(
      "bash: source <(troupe completion bash). zsh: the same, after compinit. "
      "fish: troupe completion fish | source. The packages install them.");
  command->callback([c, &app, &context] {
    // With `excludes`, the help would show that there is a hidden option.
    if (!c->names.empty() && !c->shell.empty())
      throw CLI::ExcludesError{"--names", "SHELL"};
    if (!c->names.empty())
      print_names_of_node(*c, context);
    else if (!c->shell.empty())
      print_script(*c, app, context);
    else
      throw CLI::RequiredError{"SHELL"};
  });
}

} // namespace troupe::commands
