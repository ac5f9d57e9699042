#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/event_text.hpp"
#include "broker/commands/followed_nodes.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/repetition.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <thread>
#include <vector>

#include <unistd.h>

namespace troupe::commands {

namespace {

struct events_command {
  node_options options;
  std::optional<uint64_t> since;
  std::vector<std::string> kinds;
  bool output = false;
  bool cluster = false;
};

/// Whether the user wants to see an event of `kind`. That some were lost is never silent.
bool is_wanted(const events_command& c, const std::string& kind) {
  return c.kinds.empty() || kind == "gap"
         || std::find(c.kinds.begin(), c.kinds.end(), kind) != c.kinds.end();
}

/// Returns the payload of the next `events` call.
std::string ask_after(const events_command& c, std::string_view since) {
  json_object_writer filter;
  filter.add_json("since", since);
  if (!c.kinds.empty()) // which there are is known to the node
    filter.add_json("kinds", to_json_array(c.kinds));
  else if (!c.output) // what terminals print up to the last event there can be
    filter.add("output_since", std::numeric_limits<int64_t>::max());
  return filter.object();
}

/// What a node answers to that; nothing if it is no such thing.
struct event_answer {
  std::string_view events;
  std::string_view next;
};

std::optional<event_answer> read_answer(std::string_view batch) {
  if (!json_text::is_object(batch))
    return std::nullopt;
  auto events = json_text::find(batch, "events");
  auto next = json_text::find(batch, "next");
  if (!events || !events->starts_with('[') || !next)
    return std::nullopt;
  return event_answer{*events, *next};
}

/// @param node Where they happened; empty for the node that was asked.
void print(const events_command& c, std::string_view node, std::string_view events,
           std::ostream& out) {
  json_text::element_reader reader{events};
  while (auto event = reader.next()) {
    if (!json_text::is_object(*event))
      continue;
    auto kind = json_text::find(*event, "kind");
    if (!is_wanted(c, kind ? json_text::as_text(*kind).value_or("") : std::string{}))
      continue;
    if (!c.options.json)
      out << node << (node.empty() ? "" : " ") << event_text(*event) << '\n';
    else if (node.empty())
      out << printable_json(*event) << '\n';
    else
      out << printable_json(json_object_writer{}
                                .add("on", node)
                                .append(json_text::members_in(*event))
                                .object())
          << '\n';
    out.flush();
  }
}

void run(const events_command& c, command_context& context) {
  auto node = connect(context, c.options);
  if (!node)
    return;
  exit_at_interrupt();
  node->set_patience(patience_of_follower(context));
  auto since = c.since ? std::to_string(*c.since) : "null";
  while (context.out) {
    auto result = operate(context, c.options, *node, "events", ask_after(c, since));
    if (!result)
      return;
    auto answer = read_answer(result->view());
    if (!answer) {
      report(context, c.options.json, {code::internal, "the node sent no events"});
      context.status = exit_code::failed;
      return;
    }
    print(c, {}, answer->events, context.out);
    since = answer->next;
  }
}

/// What the threads of `--cluster` share; it lasts as long as the program.
struct cluster_run {
  const events_command& command;
  command_context& context;
  followed_nodes nodes = {};
  /// For the output.
  std::mutex printing = {};
};

/// Prints the events of one node, which are asked for by way of `client`, until it is
/// gone.
void follow(cluster_run& all, client::node_client& client, followed_nodes::order o) {
  for (;;) {
    auto result = client.call(o.target, "events", ask_after(all.command, o.since));
    if (!result && result.error().what == code::bad_request) { // another try is no better
      std::lock_guard lock{all.printing};
      report(all.context, all.command.options.json, result.error());
      ::_exit(exit_code::failed);
    }
    auto answer = result ? read_answer(result->payload.view()) : std::nullopt;
    if (!answer)
      return all.nodes.lose(o.node);
    {
      std::lock_guard lock{all.printing};
      print(all.command, o.node, answer->events, all.context.out);
      if (!all.context.out)
        ::_exit(exit_code::ok);
    }
    o.since = answer->next;
    all.nodes.note(o.node, o.since);
  }
}

/// Follows all nodes that the asked one knows, each on a connection and a thread of its
/// own. Returns only if the asked node is gone.
void run_cluster(const events_command& c, command_context& context) {
  constexpr std::chrono::seconds look{1};
  auto node = connect(context, c.options);
  if (!node)
    return;
  exit_at_interrupt();
  node->set_patience(patience_of_follower(context));
  cluster_run all{c, context};
  for (;; std::this_thread::sleep_for(look)) {
    auto known = operate(context, c.options, *node, "nodes");
    if (!known)
      break;
    for (auto& order : all.nodes.take(known->view())) {
      client::client_ptr own = connect(context, c.options);
      if (!own) {
        all.nodes.lose(order.node);
        break;
      }
      own->set_patience({}); // it is told once that the node does not answer
      std::thread{[&all, order, own = std::move(own)] {
        follow(all, *own, order);
      }}.detach();
    }
  }
  std::lock_guard lock{all.printing};
  context.err.flush();
  ::_exit(context.status); // the threads may be waiting for the node still
}

} // namespace

void add_events(CLI::App& app, command_context& context) {
  auto c = std::make_shared<events_command>();
  auto command = app.add_subcommand("events", "Follow what happens until Ctrl-C");
  auto since =
      command
          ->add_option(
              "--since", c->since,
              "Begin after the event of this number, as far as the node remembers "
              "(default: from now on)")
          ->check(mistake_in_whole_number)
          ->type_name("SEQ");
  command->add_option("--kinds", c->kinds, "Only events of these kinds, and gaps")
      ->delimiter(',')
      ->type_name("KIND,…");
  command->add_flag("--output", c->output,
                    "What terminals print, too (the kind worker_stream)");
  command
      ->add_flag("--cluster", c->cluster,
                 "Of all nodes, each line with the name of its node")
      ->excludes(since); // each node counts its own
  add_node_options(*command, c->options);
  command->callback(
      [c, &context] { c->cluster ? run_cluster(*c, context) : run(*c, context); });
}

} // namespace troupe::commands
