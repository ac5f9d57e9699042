#pragma once

#include "protocol/metrics/metric_list.hpp"

/// The metrics of a node as a whole: its process, loops, log, configuration, sessions,
/// terminals and followers.
namespace troupe::metrics::node {

using enum metric_type;

// -- counted by NODE -----------------------------------------------------------------

inline constexpr metric_info info{"node_info", gauge, "node version",
                                  "The name and the version of the node; always 1."};
inline constexpr metric_info draining{
    "node_draining", gauge, "",
    "1 while the node takes no new calls and those that run may end."};
inline constexpr metric_info config_reloads{
    "config_reloads_total", counter, "result",
    "Times that the configuration was read again: ok, or failed with nothing changed."};

// -- counted by each loop ------------------------------------------------------------

inline constexpr metric_info loop_busy{
    "loop_busy_seconds_total", counter, "loop",
    "Time that an I/O loop did not spend waiting for something to do."};
inline constexpr metric_info loop_turn{"loop_turn_seconds", histogram, "loop",
                                       "Time that the turns of an I/O loop took."};

// -- counted by the log --------------------------------------------------------------

inline constexpr metric_info spans_lost{
    "spans_lost_total", counter, "",
    "Spans of calls that the file of spans did not take."};
inline constexpr metric_info log_lines{"log_lines_total", counter, "level",
                                       "Lines of the node's log, by level."};

// -- counted by SESSIONS -------------------------------------------------------------

inline constexpr metric_info sessions{"sessions", gauge, "state",
                                      "Sessions on record, by their present state."};
inline constexpr metric_info sessions_ended{
    "sessions_ended_total", counter, "state",
    "Sessions that ended since the node began, by how they ended."};
inline constexpr metric_info session_write{
    "session_write_seconds", histogram, "",
    "Time that it took to put a change of a session on record."};

// -- counted by the terminals --------------------------------------------------------

inline constexpr metric_info terminals{"terminals", gauge, "",
                                       "Terminals whose program runs."};
inline constexpr metric_info terminal_output{"terminal_output_bytes_total", counter, "",
                                             "Bytes that programs on terminals printed."};
inline constexpr metric_info terminal_input{
    "terminal_input_bytes_total", counter, "",
    "Bytes that were typed at terminals and have reached them."};
inline constexpr metric_info deliveries{
    "deliveries_total", counter, "result",
    "Messages for programs on terminals, by what became of them."};

// -- counted by the followers --------------------------------------------------------

inline constexpr metric_info follower_events{
    "follower_events_total", counter, "follower result",
    "Events for a follower: delivered, retried or dropped."};
inline constexpr metric_info follower_waiting{
    "follower_waiting_events", gauge, "follower", "Events that wait for a follower."};

// -- read from the system. The names are those that all programs use. -----------------

inline constexpr metric_info cpu{"process_cpu_seconds_total", counter, "",
                                 "CPU time of the node's process, without its workers."};
inline constexpr metric_info open_fds{"process_open_fds", gauge, "",
                                      "Descriptors that the node has open."};
inline constexpr metric_info max_fds{"process_max_fds", gauge, "",
                                     "Descriptors that the node may have open."};
inline constexpr metric_info virtual_memory{"process_virtual_memory_bytes", gauge, "",
                                            "Address space of the node's process."};
inline constexpr metric_info resident_memory{"process_resident_memory_bytes", gauge, "",
                                             "Resident memory of the node's process."};
inline constexpr metric_info start_time{
    "process_start_time_seconds", gauge, "",
    "When the node's process was started, in seconds since 1970."};

} // namespace troupe::metrics::node
