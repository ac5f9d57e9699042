#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/event_text.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <ostream>
#include <vector>

#include <unistd.h>

namespace troupe::commands {

namespace {

struct events_command {
  node_options options;
  std::optional<uint64_t> since;
  std::vector<std::string> kinds;
};

/// Whether the user wants to see an event of `kind`. That some were lost is never silent.
bool is_wanted(const events_command& c, const std::string& kind) {
  return c.kinds.empty() || kind == "gap"
         || std::find(c.kinds.begin(), c.kinds.end(), kind) != c.kinds.end();
}

void print(const events_command& c, std::string_view events, std::ostream& out) {
  json_text::element_reader reader{events};
  while (auto event = reader.next()) {
    if (!json_text::is_object(*event))
      continue;
    auto kind = json_text::find(*event, "kind");
    if (!is_wanted(c, kind ? json_text::as_text(*kind).value_or("") : std::string{}))
      continue;
    if (c.options.json)
      out << printable_json(*event) << '\n';
    else
      out << event_text(*event) << '\n';
    out.flush();
  }
}

/// Nothing is left to do at Ctrl-C: every line was flushed, and the node notices that its
/// client is gone.
void exit_at_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { ::_exit(exit_code::interrupted); };
  ::sigaction(SIGINT, &action, nullptr);
}

void run(const events_command& c, command_context& context) {
  auto node = connect(context, c.options);
  if (!node)
    return;
  exit_at_interrupt();
  auto since = c.since ? std::to_string(*c.since) : "null";
  while (context.out) {
    json_object_writer filter;
    filter.add_json("since", since);
    if (!c.kinds.empty()) // which there are is known to the node
      filter.add_json("kinds", to_json_array(c.kinds));
    auto result = operate(context, c.options, *node, "events", filter.object());
    if (!result)
      return;
    auto batch = result->view();
    auto is_batch = json_text::is_object(batch);
    auto events = is_batch ? json_text::find(batch, "events") : std::nullopt;
    auto next = is_batch ? json_text::find(batch, "next") : std::nullopt;
    if (!events || !events->starts_with('[') || !next) {
      report(context, c.options.json, {code::internal, "the node sent no events"});
      context.status = exit_code::failed;
      return;
    }
    print(c, *events, context.out);
    since = *next;
  }
}

} // namespace

void add_events(CLI::App& app, command_context& context) {
  auto c = std::make_shared<events_command>();
  auto command = app.add_subcommand("events", "Follow what happens until Ctrl-C");
  command
      ->add_option("--since", c->since,
                   "Begin after the event of this number, as far as the node remembers "
                   "(default: from now on)")
      ->check(mistake_in_whole_number)
      ->type_name("SEQ");
  command->add_option("--kinds", c->kinds, "Only events of these kinds, and gaps")
      ->delimiter(',')
      ->type_name("KIND,…");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
