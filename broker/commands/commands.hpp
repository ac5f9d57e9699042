#pragma once

#include "broker/commands/command_context.hpp"

#include <CLI/CLI.hpp>

#include <initializer_list>

/// The subcommands of the program. Each function registers one; running it sets the
/// context's exit status. The context must outlive the parsing.
namespace troupe::commands {

/// `troupe serve`: runs a node in the foreground.
void add_serve(CLI::App& app, command_context& context);

/// `troupe call`: makes one call and prints its result.
void add_call(CLI::App& app, command_context& context);

/// `troupe ps`: shows pools and workers.
void add_ps(CLI::App& app, command_context& context);

/// `troupe calls`: shows the calls that wait or run.
void add_calls(CLI::App& app, command_context& context);

/// `troupe cancel`: takes a call back for its caller.
void add_cancel(CLI::App& app, command_context& context);

/// `troupe restart`: restarts a pool or a worker.
void add_restart(CLI::App& app, command_context& context);

/// `troupe reload`: reads the configuration again, for a pool or for all.
void add_reload(CLI::App& app, command_context& context);

/// `troupe nodes`: shows the nodes of the cluster.
void add_nodes(CLI::App& app, command_context& context);

/// `troupe drain` and `troupe resume`: whether a pool takes calls; a node that goes.
void add_drain(CLI::App& app, command_context& context);
void add_resume(CLI::App& app, command_context& context);

/// `troupe scale`: changes how many workers a pool has.
void add_scale(CLI::App& app, command_context& context);

/// `troupe stop`: stops a pool, a worker or the node.
void add_stop(CLI::App& app, command_context& context);

/// `troupe events`: follows what happens.
void add_events(CLI::App& app, command_context& context);

/// `troupe logs`: prints what a worker last wrote to its stderr.
void add_logs(CLI::App& app, command_context& context);

/// `troupe sessions`: shows sessions, and runs, continues or stops one.
void add_sessions(CLI::App& app, command_context& context);

/// `troupe attach`: shows a terminal in the user's own, and types on it.
void add_attach(CLI::App& app, command_context& context);

/// `troupe dump`: prints the screen of a terminal.
void add_dump(CLI::App& app, command_context& context);

/// `troupe dashboard`: prints the URL of the node's page, with its key.
void add_dashboard(CLI::App& app, command_context& context);

/// `troupe check`: validates a configuration file.
void add_check(CLI::App& app, command_context& context);

/// `troupe host`: runs a behaviour of a plugin as a worker process.
void add_host(CLI::App& app, command_context& context);

/// `troupe completion`: prints a completion script for a shell.
void add_completion(CLI::App& app, command_context& context);

/// `troupe help`: prints the help of a command. It knows those that are there when it is
/// added.
void add_help(CLI::App& app, command_context& context);

/// Registers a command, as the functions above.
using command_adder = void (*)(CLI::App&, command_context&);

/// Runs the program with all of these.
/// @param more Commands of other rooms.
/// @return Its exit status.
int run_program(int argc, const char* const* argv, command_context& context,
                std::initializer_list<command_adder> more = {});

} // namespace troupe::commands
