#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

/// What `--node` alone means. It is no name of a node, and is shown in the help.
constexpr auto asked_node = "the one that is asked";

struct drain_command {
  node_options options;
  std::string pool;
  /// What follows each `--node`: where the node is that is asked, as with all commands,
  /// or the name of the node that is to be drained; empty for the node that is asked.
  std::vector<std::string> nodes;
  bool whole_node = false;
  std::string node;
};

/// A URL or a socket is no name: both have characters that no name has.
void read_nodes(drain_command& c) {
  for (auto& given : c.nodes)
    if (given.empty()) { // of a variable that is not set, say: no node is meant
      throw CLI::ValidationError{"--node: the name is empty"};
    } else if (given == asked_node) {
      c.whole_node = true;
    } else if (is_valid_name(given)) {
      c.whole_node = true;
      c.node = given;
    } else {
      c.options.where.node = given;
    }
  if (c.whole_node && !c.pool.empty())
    throw CLI::ValidationError{"NAME and --node: a pool or a node is drained, not both"};
  if (!c.whole_node && c.pool.empty() && !c.nodes.empty())
    throw CLI::ValidationError{
        "--node: " + json_string(c.nodes.back())
        + " is no name of a node, so it only says which one is asked; what is drained is"
          " missing: a pool, or a further --node, alone or with a name (beta)"};
  if (!c.whole_node && c.pool.empty())
    throw CLI::RequiredError{"NAME or --node"};
}

void run(const drain_command& c, command_context& context) {
  auto payload = name_payload(c.pool);
  if (c.whole_node) {
    json_object_writer out;
    out.add("node", true);
    if (!c.node.empty())
      out.add("name", c.node);
    payload = out.object();
  }
  auto result = connect_and_operate(context, c.options, "drain", payload);
  if (!result)
    return;
  if (c.options.json)
    print_json(context, result->view());
  else if (c.whole_node)
    context.out << (c.node.empty() ? "the node" : c.node)
                << " takes no more calls, finishes those it has, and stops\n";
  else
    context.out << c.pool << ": takes no more calls\n";
}

} // namespace

void add_drain(CLI::App& app, command_context& context) {
  auto c = std::make_shared<drain_command>();
  auto command = app.add_subcommand(
      "drain", "Have a pool, or a whole node, take no more calls; those it has go on");
  command->add_option("POOL", c->pool, "A pool (echo, echo@beta)")
      ->check(mistake_in_name);
  add_node_options(*command, c->options);
  command->remove_option(command->get_option("--node"));
  command
      ->add_option("--node", c->nodes,
                   "The node that is drained and stops; a URL or a socket says which one "
                   "is asked")
      ->default_str(asked_node)
      ->expected(0, 1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("NAME|URL|SOCKET");
  command->callback([c, &context] {
    read_nodes(*c);
    run(*c, context);
  });
}

} // namespace troupe::commands
