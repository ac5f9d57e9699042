#include "broker/commands/operation.hpp"

#include "protocol/address.hpp"
#include "protocol/json_text.hpp"

#include <ostream>

namespace troupe {

void add_node_options(CLI::App& command, node_options& options) {
  command.add_option("--node", options.where.node, "The node: its URL or its socket")
      ->type_name("URL|SOCKET");
  command
      .add_option(
          "--state-dir", options.where.state_dir,
          "Where the node's connection.json is, unless --node or TROUPE_NODE is given")
      ->type_name("DIR");
  command.add_flag("--json", options.json, "Print JSON, errors too");
}

void report(command_context& context, bool json, const fault& why) {
  if (json) {
    context.out << to_json(why) << '\n';
    return;
  }
  auto& row = info(why.what);
  context.err << row.name << ": "
              << (why.message.empty() ? row.summary : std::string_view{why.message})
              << '\n';
}

client_ptr reach(command_context& context, const node_options& options) {
  auto opened = open_client(with_environment(options.where));
  if (auto good = std::get_if<client_ptr>(&opened))
    return std::move(*good);
  report(context, options.json, std::get<fault>(opened));
  context.status = exit_code::no_node;
  return nullptr;
}

std::optional<slice> operate(command_context& context, const node_options& options,
                             client& node, std::string_view operation,
                             std::string_view payload) {
  auto result = node.call(node_target, operation, payload);
  if (auto good = std::get_if<outcome>(&result))
    return std::move(good->payload);
  report(context, options.json, std::get<fault>(result));
  context.status = exit_code::failed;
  return std::nullopt;
}

std::optional<slice> reach_and_operate(command_context& context,
                                       const node_options& options,
                                       std::string_view operation,
                                       std::string_view payload) {
  auto node = reach(context, options);
  return node ? operate(context, options, *node, operation, payload) : std::nullopt;
}

std::string name_payload(std::string_view name) {
  return "{\"name\":" + json_string(name) + "}";
}

} // namespace troupe
