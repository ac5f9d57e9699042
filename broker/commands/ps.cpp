#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/repetition.hpp"
#include "broker/commands/silent_nodes.hpp"
#include "broker/commands/status_table.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

namespace json = boost::json;

struct ps_command {
  node_options options;
  /// The argument: a pool or a worker, at another node perhaps (`echo@beta`).
  std::string name;
  bool cluster = false;
  bool watch = false;
  std::string interval = "1s";

  /// The pool that is shown; empty: all.
  std::string pool() const {
    auto where = parse_address(name);
    return where ? where->pool : name.substr(0, name.find('@'));
  }

  /// The one worker of it that is shown; empty: all.
  std::string worker() const {
    auto where = parse_address(name);
    return where && where->worker >= 0 ? worker_name(where->pool, where->worker) : "";
  }

  /// The node of that pool; empty if the argument names none.
  std::string node() const {
    auto at = name.find('@');
    return at == name.npos ? "" : name.substr(at + 1);
  }

  /// The end of the name of everything that runs at that node.
  std::string suffix() const { return node().empty() ? "" : "@" + node(); }
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

void report_none(const ps_command& c, command_context& context, fault why) {
  report(context, c.options.json, why);
  context.status = exit_code::failed;
}

void report_no_pool(const ps_command& c, command_context& context) {
  report_none(c, context, no_such_pool(c.pool() + c.suffix()));
}

json::array rows_of(std::string_view answer) {
  json::error_code ec;
  auto parsed = parse_document(answer, ec);
  auto all = ec ? nullptr : parsed.if_array();
  return all ? std::move(*all) : json::array{};
}

/// Runs an operation that lists something. Returns those rows whose `key` names the pool
/// that is asked for, or all; reports where there is no answer.
std::optional<json::array> list(const ps_command& c, command_context& context,
                                client::node_client& node, std::string_view operation,
                                json::string_view key) {
  auto answer = operate(context, c.options, node, operation, "null",
                        std::string{node_target} + c.suffix());
  if (!answer)
    return std::nullopt;
  json::array rows;
  for (auto& row : rows_of(answer->view()))
    if (c.name.empty() || name_in(row, key) == c.pool())
      rows.push_back(std::move(row));
  return rows;
}

std::optional<node_view> view(const ps_command& c, command_context& context,
                              client::node_client& node) {
  auto pools = list(c, context, node, "pools", "name");
  if (pools && pools->empty() && !c.name.empty()) {
    report_no_pool(c, context);
    return std::nullopt;
  }
  auto workers = pools ? list(c, context, node, "workers", "pool") : std::nullopt;
  if (!workers)
    return std::nullopt;
  if (auto one = c.worker(); !one.empty()) {
    auto end = std::remove_if(workers->begin(), workers->end(),
                              [&](auto& w) { return name_in(w, "name") != one; });
    workers->erase(end, workers->end());
    if (workers->empty()) {
      report_none(c, context, {code::worker_not_found, "no worker " + c.name});
      return std::nullopt;
    }
  }
  return node_view{std::move(*pools), std::move(*workers)};
}

/// Has the names in a table say at which node it is.
void append_to_names(json::array& rows, const std::string& suffix) {
  for (auto& row : rows)
    if (auto o = row.if_object())
      (*o)["name"] = std::string{name_in(row, "name")} + suffix;
}

/// Shows the pools of all nodes; workers are asked for node by node.
void show_cluster(const ps_command& c, command_context& context,
                  client::node_client& node) {
  auto payload = json_object_writer{}.add("cluster", true).add("silent", true).object();
  auto answer = operate(context, c.options, node, "pools", payload);
  if (!answer)
    return;
  auto list = list_of_all_nodes(context, answer->view(), "pools");
  if (c.options.json && c.name.empty())
    return print_json(context, list);
  json::array rows;
  for (auto& row : rows_of(list))
    if ((c.name.empty() || name_in(row, "name") == c.pool())
        && (c.node().empty() || name_in(row, "node") == c.node()))
      rows.push_back(std::move(row));
  if (rows.empty() && !c.name.empty())
    return report_no_pool(c, context);
  if (c.options.json)
    return print_json(context, json::serialize(rows));
  for (auto& row : rows)
    if (auto o = row.if_object())
      (*o)["name"] =
          std::string{name_in(row, "name")} + '@' + std::string{name_in(row, "node")};
  pool_table(rows).print(context.out, context.colour);
}

void show(const ps_command& c, command_context& context, client::node_client& node) {
  if (c.cluster)
    return show_cluster(c, context, node);
  auto all = view(c, context, node);
  if (!all)
    return;
  if (c.options.json) {
    json::object o;
    o["pools"] = std::move(all->pools);
    o["workers"] = std::move(all->workers);
    print_json(context, json::serialize(o));
    return;
  }
  append_to_names(all->pools, c.suffix());
  append_to_names(all->workers, c.suffix());
  pool_table(all->pools).print(context.out, context.colour);
  context.out << '\n';
  worker_table(all->workers).print(context.out, context.colour);
}

void run(const ps_command& c, command_context& context) {
  auto node = connect(context, c.options);
  if (!node)
    return;
  if (!c.watch)
    return show(c, context, *node);
  repeat(context, c.options.json ? redraw::append : redraw::replace,
         parse_interval(c.interval),
         [&](command_context& once) { show(c, once, *node); });
}

} // namespace

void add_ps(CLI::App& app, command_context& context) {
  auto c = std::make_shared<ps_command>();
  auto command = app.add_subcommand("ps", "Show pools and workers");
  command
      ->add_option("POOL", c->name,
                   "Only this pool or worker (echo, echo.0, echo@beta; default: all)")
      ->check(mistake_in_name);
  command->add_flag("--cluster", c->cluster, "The pools of all nodes of the cluster");
  command->add_flag("--watch", c->watch, "Again and again, until Ctrl-C");
  command->add_option("--interval", c->interval, "With --watch: how often (default: 1s)")
      ->check(mistake_in_interval)
      ->type_name("DURATION");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
