#pragma once

#include "protocol/base/limits.hpp"

/// Tunables of the fronts alone, beside those that they share with others.
namespace troupe::front::front_limits {

using namespace std::chrono_literals;

/// Bytes of the body of a refused request that are read and dropped, so that the
/// connection can go on. With more to come the connection is closed.
inline constexpr std::size_t http_discard = 64 * 1024;

/// How long an HTTP client has to send the head of a request, and to show the key at all:
/// much longer than any network takes, and short enough that strangers who send a byte
/// now and then hold few connections.
inline constexpr auto http_head_patience = 20s;

/// After a client's end of input its open call goes on for so long before it is found out
/// whether the client still reads: most are answered by then.
inline constexpr auto half_close_probe = 250ms;

/// How long, and for how many bytes, a connection still reads after its last answer from
/// a client that is in the middle of sending: a socket that is closed with unread input
/// may take the answer with it.
inline constexpr auto linger = 2s;
inline constexpr std::size_t linger_bytes = 4 * 1024 * 1024;

/// Simultaneous clients of one front (HTTP, the unix socket, the sockets of sessions). A
/// quarter of the node's descriptors is the limit where that is less.
inline constexpr std::size_t connections = 8192;

/// Bytes for a client of TLS that are encrypted at once, and only when all before have
/// left: what waits twice, as plain and as encrypted bytes, is no more than this.
inline constexpr std::size_t tls_piece = 64 * 1024;

/// Bytes of a file of the dashboard that wait for a client at once.
inline constexpr std::size_t file_piece = 64 * 1024;

/// How long a starting node waits if its unix socket is held: a child that a killed node
/// was starting holds all that node's sockets until its program begins. The port of HTTP,
/// which is bound after that, is free then.
inline constexpr auto socket_release = 500ms;

/// Between two log lines about clients that were turned away.
inline constexpr auto refusal_log = 10s;

/// How long nobody is accepted if not even a client can be turned away for want of a
/// descriptor.
inline constexpr auto accept_pause = 100ms;

} // namespace troupe::front::front_limits
