#pragma once

#include "broker/client/node_locator.hpp"
#include "broker/commands/command_context.hpp"
#include "protocol/base/address.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string_view>

namespace troupe::commands {

/// The options of every command that talks to a node.
struct node_options {
  client::node_locator where;
  bool json = false;
};

/// What `--ca` is for.
inline constexpr auto ca_text = "For https: who must have signed the node's certificate";

/// Adds them to a command.
void add_node_options(CLI::App& command, node_options& options);

/// Prints JSON of a node on a line of its own.
void print_json(command_context& context, std::string_view json);

/// Tells what went wrong: as `code: message` on stderr with what the worker wrote to its
/// own stderr last, if that is known; or as JSON on stdout.
void report(command_context& context, bool json, const fault& why);

/// Returns how the node is found by the options, before the environment is asked.
client::node_locator locate(const command_context& context, const node_options& options);

/// Returns the user's patience with a node, which tells the user on stderr.
client::patience patience_of(command_context& context);

/// Returns it for one who follows: a node that stands still may go on, however late.
client::patience patience_of_follower(command_context& context);

/// Connects to the node, with the user's patience. Reports where that fails, sets the
/// exit status and returns nullptr.
client::client_ptr connect(command_context& context, const node_options& options);

/// Runs an operation of the node and returns the JSON of its result. Reports where that
/// fails, sets the exit status and returns nothing.
/// @param target `$node@beta` for an operation of another node of the cluster.
std::optional<shared_bytes> operate(command_context& context, const node_options& options,
                                    client::node_client& node, std::string_view operation,
                                    std::string_view payload = "null",
                                    std::string_view target = node_target);

/// As `operate`, on a node it connects to first.
std::optional<shared_bytes> connect_and_operate(command_context& context,
                                                const node_options& options,
                                                std::string_view operation,
                                                std::string_view payload = "null");

/// Whether `name` is a terminal of the node, or its pool one of terminals. Reports where
/// it is not, and sets the exit status: what is no terminal must not be sent anything
/// that is meant for one.
bool is_terminal(command_context& context, const node_options& options,
                 client::node_client& node, std::string_view name);

/// Returns the payload of an operation on `name`.
std::string name_payload(std::string_view name);

/// Returns the payload of an operation on all pools.
std::string all_payload();

} // namespace troupe::commands
