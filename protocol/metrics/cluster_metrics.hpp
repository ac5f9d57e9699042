#pragma once

#include "protocol/metrics/metric_list.hpp"

/// The metrics of a node's part in its cluster. A node that is alone has none of them.
namespace troupe::metrics::cluster {

using enum metric_type;

inline constexpr metric_info peer_up{
    "cluster_peer_up", gauge, "peer",
    "1 if this node can send calls to the peer, else 0: suspect, down or leaving."};
inline constexpr metric_info peer_rtt{
    "cluster_peer_rtt_seconds", gauge, "peer",
    "Time until the peer answered the last beat; absent while there is no connection."};
inline constexpr metric_info calls{"cluster_calls_total", counter, "peer direction code",
                                   "Calls that this node sent to the peer (out) or took "
                                   "from it (in), by how they ended."};
inline constexpr metric_info sent_bytes{
    "cluster_sent_bytes_total", counter, "peer",
    "Bytes that were sent to the peer, with those of TLS and without the hello."};
inline constexpr metric_info received_bytes{
    "cluster_received_bytes_total", counter, "peer",
    "Bytes that the peer sent, with those of TLS and without the hello."};
inline constexpr metric_info reconnects{
    "cluster_reconnects_total", counter, "peer",
    "Connections with the peer that took the place of an earlier one."};
inline constexpr metric_info refusals{
    "cluster_refusals_total", counter, "reason",
    "Connections between nodes that either end has refused, or has ended because the "
    "other broke the rules."};

} // namespace troupe::metrics::cluster
