#include "broker/commands/operation.hpp"

#include "broker/commands/argument_checks.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <ostream>

namespace troupe::commands {

void add_node_options(CLI::App& command, node_options& options) {
  command.add_option("--node", options.where.node, "The node: its URL or its socket")
      ->check(mistake_in_name)
      ->type_name("URL|SOCKET");
  command
      .add_option(
          "--state-dir", options.where.state_dir,
          "Where the node's connection.json is, unless --node or TROUPE_NODE is given")
      ->type_name("DIR");
  command.add_option("--ca", options.where.ca, ca_text)->type_name("FILE");
  command.add_flag("--json", options.json, "Print JSON, errors too");
}

namespace {

/// Prints what an error object says that the worker wrote to its stderr last: in itself,
/// in its cause, or in what became of each pool.
void print_last_words(std::ostream& err, std::string_view object,
                      std::string_view whose) {
  if (auto lines = json_text::find_member(object, "stderr");
      lines && lines->starts_with('[')) {
    json_text::element_reader reader{*lines};
    auto line = reader.next();
    if (line)
      err << "  the end of " << whose << " stderr:\n";
    for (; line; line = reader.next())
      err << "    " << printable(json_text::as_text(*line).value_or(""), tabs::keep)
          << '\n';
  }
  if (auto cause = json_text::find_member(object, "cause"))
    print_last_words(err, *cause, whose);
  auto failed = json_text::find_member(object, "failed");
  if (!failed || !json_text::is_object(*failed))
    return;
  json_text::member_reader pools{*failed};
  while (auto pool = pools.next())
    print_last_words(err, pool->value, printable(pool->key) + ": the worker's");
}

} // namespace

void print_json(command_context& context, std::string_view json) {
  context.out << printable_json(json) << '\n';
}

void report(command_context& context, bool json, const fault& why) {
  if (json)
    return print_json(context, to_json(why));
  auto& row = info(why.what);
  context.err << row.name << ": "
              << (why.message.empty() ? std::string{row.summary} : printable(why.message))
              << '\n';
  print_last_words(context.err, to_json(why), "its");
}

client::node_locator locate(const command_context& context, const node_options& options) {
  auto where = options.where;
  if (where.node.empty())
    where.node = context.where.node;
  if (where.state_dir.empty())
    where.state_dir = context.where.state_dir;
  if (where.ca.empty())
    where.ca = context.where.ca;
  return where;
}

client::patience patience_of(command_context& context) {
  auto p = context.patience;
  p.tell = [&err = context.err](const std::string& what) {
    err << "troupe: " << printable(what) << std::endl;
  };
  return p;
}

client::patience patience_of_follower(command_context& context) {
  auto p = patience_of(context);
  p.give_up_after.reset();
  return p;
}

client::client_ptr connect(command_context& context, const node_options& options) {
  auto opened = client::open_client(client::with_environment(locate(context, options)),
                                    patience_of(context));
  if (opened)
    return *std::move(opened);
  report(context, options.json, opened.error());
  context.status = exit_code::no_node;
  return nullptr;
}

std::optional<shared_bytes> operate(command_context& context, const node_options& options,
                                    client::node_client& node, std::string_view operation,
                                    std::string_view payload, std::string_view target) {
  auto result = node.call(target, operation, payload);
  if (result)
    return std::move(result->payload);
  report(context, options.json, result.error());
  context.status = exit_code::failed;
  return std::nullopt;
}

std::optional<shared_bytes> connect_and_operate(command_context& context,
                                                const node_options& options,
                                                std::string_view operation,
                                                std::string_view payload) {
  auto node = connect(context, options);
  return node ? operate(context, options, *node, operation, payload) : std::nullopt;
}

bool is_terminal(command_context& context, const node_options& options,
                 client::node_client& node, std::string_view name) {
  return operate(context, options, node, "terminal", name_payload(name)).has_value();
}

std::string name_payload(std::string_view name) {
  return json_object_writer{}.add("name", name).object();
}

std::string all_payload() {
  return json_object_writer{}.add("all", true).object();
}

} // namespace troupe::commands
