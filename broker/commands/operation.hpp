#pragma once

#include "broker/client/locate.hpp"
#include "broker/commands/command_context.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string_view>

namespace troupe {

/// The options of every command that talks to a node.
struct node_options {
  whereabouts where;
  bool json = false;
};

/// Adds them to a command.
void add_node_options(CLI::App& command, node_options& options);

/// Tells what went wrong: as `code: message` on stderr, or as JSON on stdout.
void report(command_context& context, bool json, const fault& why);

/// Connects to the node. Reports where that fails, sets the exit status and returns
/// nullptr.
client_ptr reach(command_context& context, const node_options& options);

/// Runs an operation of the node and returns the JSON of its result. Reports where that
/// fails, sets the exit status and returns nothing.
std::optional<slice> operate(command_context& context, const node_options& options,
                             client& node, std::string_view operation,
                             std::string_view payload = "null");

/// As `operate`, on a node it connects to first.
std::optional<slice> reach_and_operate(command_context& context,
                                       const node_options& options,
                                       std::string_view operation,
                                       std::string_view payload = "null");

/// Returns the payload of an operation on `name`.
std::string name_payload(std::string_view name);

} // namespace troupe
