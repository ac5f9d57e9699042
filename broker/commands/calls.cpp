#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/silent_nodes.hpp"
#include "broker/commands/status_table.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/listing_limits.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct calls_command {
  node_options options;
  /// A pool, at another node perhaps (`echo@beta`); empty: all.
  std::string pool;
  /// Empty: both.
  std::string state;
  std::string older;
  size_t limit = limits::listed_calls;
  bool cluster = false;
};

/// @param limit How many calls are asked for.
std::string payload_of(const calls_command& c, size_t limit) {
  json_object_writer out;
  if (!c.pool.empty())
    out.add("pool", c.pool);
  if (!c.state.empty())
    out.add("state", c.state);
  if (auto age = parse_milliseconds(c.older))
    out.add("older_ms", age->count());
  if (c.cluster)
    out.add("cluster", true).add("silent", true);
  return out.add("limit", limit).object();
}

void run(const calls_command& c, command_context& context) {
  // One more than is shown tells whether there are more.
  auto asked =
      c.options.json ? c.limit : std::min(c.limit + 1, limits::listed_calls_most);
  auto answer = connect_and_operate(context, c.options, "calls", payload_of(c, asked));
  if (!answer)
    return;
  auto list = list_of_all_nodes(context, answer->view(), "calls");
  if (c.options.json)
    return print_json(context, list);
  boost::json::error_code ec;
  auto parsed = parse_document(list, ec);
  auto read = ec ? nullptr : parsed.if_array();
  auto rows = read ? std::move(*read) : boost::json::array{};
  auto more = rows.size() > c.limit || rows.size() == limits::listed_calls_most;
  if (rows.size() > c.limit)
    rows.resize(c.limit);
  call_table(rows).print(context.out, context.colour);
  if (more)
    context.err << "these are the oldest " << rows.size() << "; there may be more\n";
}

} // namespace

void add_calls(CLI::App& app, command_context& context) {
  auto c = std::make_shared<calls_command>();
  auto command = app.add_subcommand("calls", "Show the calls that wait or run");
  command
      ->add_option("POOL", c->pool, "Only of this pool (echo, echo@beta; default: all)")
      ->check(mistake_in_name);
  command->add_option("--state", c->state, "Only those that wait, or that run")
      ->check(CLI::IsMember({"waiting", "running"}));
  command->add_option("--older", c->older, "Only calls of this age or older (5s, 2m)")
      ->check(mistake_in_duration)
      ->type_name("DURATION");
  command->add_option("--limit", c->limit, "The oldest so many (default: 100)")
      ->check(whole_number_from(1, limits::listed_calls_most));
  command->add_flag("--cluster", c->cluster, "The calls of all nodes of the cluster");
  add_node_options(*command, c->options);
  command->footer("The oldest come first. `troupe cancel ID` takes one back.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
