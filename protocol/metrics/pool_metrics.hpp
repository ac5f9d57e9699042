#pragma once

#include "protocol/metrics/metric_list.hpp"

/// The metrics of a pool. `kind` is a label only where `[metrics] kinds` asks for it.
namespace troupe::metrics::pool {

using enum metric_type;

// -- calls: counted by BROKER --------------------------------------------------------

inline constexpr metric_info calls_received{
    "calls_received_total", counter, "pool front kind",
    "Calls that the pool received, by where they came from."};
inline constexpr metric_info calls{"calls_total", counter, "pool code kind",
                                   "Calls that ended: ok, or the code of their error."};
inline constexpr metric_info calls_handed_on{
    "calls_handed_on_total", counter, "pool",
    "Calls that the pool received and gave to another node."};
inline constexpr metric_info queue_depth{"queue_depth", gauge, "pool",
                                         "Calls that wait for a worker."};
inline constexpr metric_info queue_limit{
    "queue_limit", gauge, "pool", "Calls that may wait before others are refused."};
inline constexpr metric_info queue_oldest{
    "queue_oldest_seconds", gauge, "pool",
    "Age of the oldest call that waits; 0 if none does."};
inline constexpr metric_info queue_wait{
    "queue_wait_seconds", histogram, "pool kind",
    "Time from the arrival of a call to its start in a worker."};
inline constexpr metric_info call_run{
    "call_run_seconds", histogram, "pool kind",
    "Time from the start of a call in a worker to its end."};
inline constexpr metric_info calls_running{"calls_running", gauge, "pool",
                                           "Calls in workers whose callers wait."};
inline constexpr metric_info calls_abandoned{
    "calls_abandoned", gauge, "pool",
    "Calls in workers whose callers have left; their slots are still taken."};
inline constexpr metric_info call_slots{"call_slots", gauge, "pool",
                                        "Calls that the ready workers take at once."};
inline constexpr metric_info call_oldest{
    "call_oldest_seconds", gauge, "pool",
    "Time since the start of the oldest call that runs; 0 if none does."};
inline constexpr metric_info call_retries{
    "call_retries_total", counter, "pool",
    "Calls that were run again after their worker had died."};
inline constexpr metric_info calls_quarantined{
    "calls_quarantined_total", counter, "pool",
    "Calls that are refused from then on, since they ended too many workers."};
inline constexpr metric_info slow_calls{
    "slow_calls_total", counter, "pool",
    "Calls that ran for longer than the pool's limit for slow calls."};
inline constexpr metric_info call_received_bytes{
    "call_received_bytes_total", counter, "pool", "Bytes of the payloads of calls."};
inline constexpr metric_info call_sent_bytes{
    "call_sent_bytes_total", counter, "pool",
    "Bytes of results, and of parts of streamed results."};
inline constexpr metric_info stream_parts{"stream_parts_total", counter, "pool",
                                          "Parts of streamed results."};
inline constexpr metric_info pool_ready{"pool_ready", gauge, "pool",
                                        "1 if the pool is ready, as GET /ready says."};
inline constexpr metric_info pool_drained{
    "pool_drained", gauge, "pool", "1 after a drain: the pool takes no new calls."};

// -- workers: counted by SUPERVISOR and the workers -----------------------------------

inline constexpr metric_info workers{
    "workers", gauge, "pool state",
    "Workers that live, by state; and replicas without one: stopped, waiting, down."};
inline constexpr metric_info workers_wanted{"workers_wanted", gauge, "pool",
                                            "Workers that the pool is to have now."};
inline constexpr metric_info worker_starts{"worker_starts_total", counter, "pool",
                                           "Workers that were started, or taken over."};
inline constexpr metric_info worker_start_failures{
    "worker_start_failures_total", counter, "pool code",
    "Workers that ended before they were ready, by the code of their error."};
inline constexpr metric_info worker_exits{"worker_exits_total", counter, "pool reason",
                                          "Workers that ended, by the reason."};
inline constexpr metric_info worker_boot{
    "worker_boot_seconds", histogram, "pool",
    "Time from the start of a worker until it was ready."};
inline constexpr metric_info workers_memory{
    "workers_memory_bytes", gauge, "pool",
    "Resident memory of the workers and of what they started."};
inline constexpr metric_info workers_cpu{
    "workers_cpu_seconds_total", counter, "pool",
    "CPU time of the workers and of what they started."};
inline constexpr metric_info breaker_open{
    "breaker_open", gauge, "pool",
    "1 while the breaker is open: workers keep dying, and calls fail at once."};
inline constexpr metric_info breaker_opened{"breaker_opened_total", counter, "pool",
                                            "Times that the breaker opened."};
inline constexpr metric_info dropped{
    "dropped_total", counter, "what pool",
    "What workers sent and the node did not take: see the page on metrics."};

// -- each worker: where `[metrics] workers` asks for it ---------------------------------

inline constexpr metric_info worker_up{"worker_up", gauge, "pool worker",
                                       "1 if the worker takes calls."};
inline constexpr metric_info worker_calls{
    "worker_calls_total", counter, "pool worker",
    "Calls that the worker was given since its start."};
inline constexpr metric_info worker_running{"worker_calls_running", gauge, "pool worker",
                                            "Calls in the worker whose callers wait."};
inline constexpr metric_info worker_uptime{"worker_uptime_seconds", gauge, "pool worker",
                                           "Time since the start of the worker."};
inline constexpr metric_info worker_restarts{
    "worker_restarts_total", counter, "pool worker",
    "Times that the worker had ended by itself, or for its fault, and was replaced."};

} // namespace troupe::metrics::pool
