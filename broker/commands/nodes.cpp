#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/status_table.hpp"
#include "protocol/base/json_document.hpp"

#include <boost/json/array.hpp>

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

void run(const node_options& options, command_context& context) {
  auto answer = connect_and_operate(context, options, "nodes");
  if (!answer)
    return;
  if (options.json)
    return print_json(context, answer->view());
  boost::json::error_code ec;
  auto parsed = parse_document(answer->view(), ec);
  auto rows = ec ? nullptr : parsed.if_array();
  node_table(rows ? *rows : boost::json::array{}).print(context.out, context.colour);
}

} // namespace

void add_nodes(CLI::App& app, command_context& context) {
  auto options = std::make_shared<node_options>();
  auto command = app.add_subcommand("nodes", "Show the nodes of the cluster");
  add_node_options(*command, *options);
  command->footer("As the node sees them that is asked: another one may see them "
                  "otherwise.");
  command->callback([options, &context] { run(*options, context); });
}

} // namespace troupe::commands
