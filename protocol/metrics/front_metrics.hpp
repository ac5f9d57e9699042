#pragma once

#include "protocol/metrics/metric_list.hpp"

/// The metrics of the fronts: `http`, `socket` and `session`. WebSockets count as HTTP.
namespace troupe::metrics::front {

using enum metric_type;

inline constexpr metric_info connections{"connections", gauge, "front",
                                         "Clients that are connected."};
inline constexpr metric_info connections_opened{"connections_opened_total", counter,
                                                "front", "Clients that were let in."};
inline constexpr metric_info connections_refused{
    "connections_refused_total", counter, "front reason",
    "Clients that were turned away before they had asked for anything."};
inline constexpr metric_info received_bytes{
    "front_received_bytes_total", counter, "front",
    "Bytes that clients sent, with those of TLS."};
inline constexpr metric_info sent_bytes{
    "front_sent_bytes_total", counter, "front",
    "Bytes that clients were sent, with those of TLS."};
inline constexpr metric_info http_requests{
    "http_requests_total", counter, "route status",
    "Requests of HTTP that were answered. A stream counts when it begins."};

} // namespace troupe::metrics::front
