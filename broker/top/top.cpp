#include "broker/top/top.hpp"

#include "broker/commands/argument_checks.hpp"
#include "broker/commands/tty.hpp"
#include "broker/top/listing.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace troupe::top {

namespace {

using commands::command_context;
namespace exit_code = commands::exit_code;

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// Sorts the first view as `--sort` has it. Returns what is wrong with it.
std::string mistake_in_sort(top_command& c, page view) {
  auto reversed = c.sort.starts_with('-');
  auto column = upper(c.sort.substr(reversed ? 1 : 0));
  auto known = columns_of(view);
  if (std::find(known.begin(), known.end(), column) == known.end()) {
    std::string all;
    for (auto& k : known)
      all += (all.empty() ? "" : ", ") + k;
    return "--sort: no column '" + printable(c.sort) + "' of " + c.view
           + "; the columns are " + all;
  }
  c.first.sortings.at(static_cast<size_t>(view)) = {column, reversed};
  return {};
}

void run(top_command& c, command_context& context) {
  auto fail = [&context](const std::string& why) {
    context.err << "troupe: " << why << '\n';
    context.status = exit_code::usage;
  };
  auto view = find_view(c.view).value_or(page::pools);
  c.first.here().what = view;
  c.interval = commands::parse_interval(c.interval_text);
  if (!c.sort.empty())
    if (auto mistake = mistake_in_sort(c, view); !mistake.empty())
      return fail(mistake);
  auto prints = c.once || c.options.json;
  if (!prints && !commands::has_tty())
    return fail("top needs a terminal; `troupe top --once` prints one frame");
  auto node = commands::connect(context, c.options);
  if (!node)
    return;
  if (prints)
    return print_frames(c, context, *node);
  node->set_patience({}); // the screen says how long it waits
  run_on_terminal(c, context, std::move(node));
}

} // namespace

void add_top(CLI::App& app, command_context& context) {
  auto c = std::make_shared<top_command>();
  auto command =
      app.add_subcommand("top", "Show live what a node does; ? lists the keys");
  std::vector<std::string> views;
  for (int i = 0; i < view_count; ++i)
    views.emplace_back(name_of(static_cast<page>(i)));
  command->add_option("VIEW", c->view, "The first view (default: pools)")
      ->check(CLI::IsMember(views));
  command->add_flag("--once", c->once, "Print one frame as text, and end");
  command->add_flag("--read-only", c->first.read_only,
                    "Let no key change anything; attach only to watch");
  command
      ->add_option("--interval", c->interval_text,
                   "How often the node is asked (default: 2s)")
      ->check(commands::mistake_in_interval)
      ->type_name("DURATION");
  command
      ->add_option("--sort", c->sort,
                   "Sort the first view by this column; --sort=-COLUMN: the other way")
      ->type_name("COLUMN");
  command->add_option("--filter", c->first.filter, "Only rows with this text")
      ->type_name("TEXT");
  commands::add_node_options(*command, c->options);
  command->footer("--json prints the rows of the view as the node sends them, a line for "
                  "each interval.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::top
