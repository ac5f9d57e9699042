#pragma once

#include "broker/commands/operation.hpp"
#include "broker/top/model.hpp"

#include <CLI/CLI.hpp>

#include <chrono>

namespace troupe::top {

/// `troupe top`: shows live what a node does, with keys.
void add_top(CLI::App& app, commands::command_context& context);

/// How top was called.
struct top_command {
  commands::node_options options = {};
  std::string view = "pools";
  std::string sort = {};
  std::string interval_text = "2s";
  std::chrono::milliseconds interval{2000};
  bool once = false;
  /// What is seen first.
  model first = {};
};

/// Shows the node on the user's terminal until the user quits. Sets the exit status, and
/// does not return: a thread may be waiting for the node still.
[[noreturn]] void run_on_terminal(const top_command& c,
                                  commands::command_context& context,
                                  client::client_ptr connected);

/// Prints one frame as text, or the rows of the view as JSON, once or at each interval.
void print_frames(const top_command& c, commands::command_context& context,
                  client::node_client& node);

} // namespace troupe::top
