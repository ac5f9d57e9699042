#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/status_table.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

namespace json = boost::json;

struct ps_command {
  node_options options;
  std::string pool;
  bool cluster = false;
};

/// The facts about a node that are shown, in the node's own words.
struct node_view {
  json::array pools;
  json::array workers;
};

/// Returns the member `key` of `row` where it is a string.
json::string_view name_in(const json::value& row, json::string_view key) {
  auto o = row.if_object();
  auto member = o ? o->if_contains(key) : nullptr;
  auto s = member ? member->if_string() : nullptr;
  return s ? json::string_view{*s} : json::string_view{};
}

/// Runs an operation that lists something. Returns those rows whose `key` names the pool
/// that is asked for, or all; reports where there is no answer.
std::optional<json::array> list(const ps_command& c, command_context& context,
                                client::node_client& node, std::string_view operation,
                                json::string_view key) {
  auto answer = operate(context, c.options, node, operation);
  if (!answer)
    return std::nullopt;
  json::error_code ec;
  auto parsed = parse_document(answer->view(), ec);
  json::array rows;
  if (auto all = ec ? nullptr : parsed.if_array())
    for (auto& row : *all)
      if (c.pool.empty() || name_in(row, key) == c.pool)
        rows.push_back(std::move(row));
  return rows;
}

std::optional<node_view> view(const ps_command& c, command_context& context,
                              client::node_client& node) {
  auto pools = list(c, context, node, "pools", "name");
  if (pools && pools->empty() && !c.pool.empty()) {
    report(context, c.options.json, {code::pool_not_found, "no pool named " + c.pool});
    context.status = exit_code::failed;
    return std::nullopt;
  }
  auto workers = pools ? list(c, context, node, "workers", "pool") : std::nullopt;
  if (!workers)
    return std::nullopt;
  return node_view{std::move(*pools), std::move(*workers)};
}

/// Shows the pools of all nodes; workers are asked for node by node.
void show_cluster(const ps_command& c, command_context& context,
                  client::node_client& node) {
  auto payload = json_object_writer{}.add("cluster", true).object();
  auto answer = operate(context, c.options, node, "pools", payload);
  if (!answer)
    return;
  if (c.options.json)
    return print_json(context, answer->view());
  json::error_code ec;
  auto parsed = parse_document(answer->view(), ec);
  json::array rows;
  if (auto all = ec ? nullptr : parsed.if_array())
    for (auto& row : *all) {
      auto name = name_in(row, "name");
      if (!c.pool.empty() && name != c.pool)
        continue;
      auto at = std::string{name} + '@' + std::string{name_in(row, "node")};
      if (auto o = row.if_object())
        (*o)["name"] = at;
      rows.push_back(std::move(row));
    }
  pool_table(rows).print(context.out, context.colour);
}

void run(const ps_command& c, command_context& context) {
  auto node = connect(context, c.options);
  if (!node)
    return;
  if (c.cluster)
    return show_cluster(c, context, *node);
  auto all = view(c, context, *node);
  if (!all)
    return;
  if (c.options.json) {
    json::object o;
    o["pools"] = std::move(all->pools);
    o["workers"] = std::move(all->workers);
    print_json(context, json::serialize(o));
    return;
  }
  pool_table(all->pools).print(context.out, context.colour);
  context.out << '\n';
  worker_table(all->workers).print(context.out, context.colour);
}

} // namespace

void add_ps(CLI::App& app, command_context& context) {
  auto c = std::make_shared<ps_command>();
  auto command = app.add_subcommand("ps", "Show pools and workers");
  command->add_option("POOL", c->pool, "Only this pool (default: all)")
      ->check(mistake_in_name);
  command->add_flag("--cluster", c->cluster, "The pools of all nodes of the cluster");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
