#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The limits of what nodes of a cluster do with each other; see `limits.hpp`.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Nodes of a cluster that one node knows. Each is connected with each other, and what
/// they tell each other of themselves grows with their number.
inline constexpr std::size_t cluster_members = 1024;

/// Pools of another node that this node remembers.
inline constexpr std::size_t peer_pools = 65'536;

/// Addresses of one node that are tried in turn: the configured one, that which it tells
/// of itself, and one from before it moved.
inline constexpr std::size_t member_addresses = 4;

/// A node that nobody was connected with for so long is forgotten, unless it is
/// configured: longer than an upgrade of its machine.
inline constexpr auto member_memory = 60min;

/// Between the hello of two nodes and the first message between them. It is one way there
/// and back.
inline constexpr auto link_opening = 5s;

/// A connection between two nodes that lasts for so long was worth dialling again soon.
inline constexpr auto link_settled = 5s;

/// How long a node that stops waits until its peers were told, before it drains its
/// pools.
inline constexpr auto leave_patience = 2s;

/// Between two looks at what has changed of the node and its pools, for the other nodes.
/// Above so many nodes it grows with their number, so that what one node sends in a
/// second does not.
inline constexpr auto gossip_period = 100ms;
/// The same while nothing changes: a node that does nothing wakes less often.
inline constexpr auto gossip_rest = 200ms;
inline constexpr std::size_t gossip_nodes = 20;

/// How often a call goes from node to node, at most: once to where there is room, and
/// once more if the other node found that there is none.
inline constexpr std::uint8_t call_hops = 2;

/// Nodes that one call is sent to one after the other, if each gives it back unstarted or
/// goes down. A call for one worker is sent to all that run its pool: any may have it.
inline constexpr std::uint32_t call_attempts = 4;

/// How long after a call's deadline the answer of another node is still waited for: it
/// knows better how the call ended, and its clock began later.
inline constexpr auto link_answer_grace = 50ms;

/// Bytes on the way to another node, or from it, that it has not taken yet. Beyond this
/// they wait here, so that beats and cancels pass; enough for 10 ms at 400 MB/s.
inline constexpr std::size_t link_window = 4 * 1024 * 1024;

/// Bytes of calls that wait to leave for another node. A call beyond them is refused with
/// `busy`, but one always waits. What is on its way is kept twice: as the call, which may
/// come back, and as bytes for the socket.
inline constexpr std::size_t link_outbox = 16 * 1024 * 1024;

/// Calls of one caller that a pool of another node is given beyond those in its slots,
/// until the caller has an answer: from then on as many as give so many bytes of answers.
inline constexpr std::size_t caller_calls_ahead = 8;
inline constexpr std::size_t caller_bytes_ahead = 8 * 1024 * 1024;

/// What a call or an outcome counts as on its way to another node, beside its bytes.
inline constexpr std::size_t link_overhead = 128;

/// Bytes of traces and request ids of calls in one message to another node. The window
/// does not count them, and a message has room for them: small calls count as more than
/// they are.
inline constexpr std::size_t link_labels = 512 * 1024;

/// Calls that a node takes from one peer at a time, and sends to it. More are refused
/// with `busy`. A peer whose answers wait here in that number, and that goes on calling,
/// loses its connection.
inline constexpr std::size_t link_calls_open = 1024 * 1024;

/// Calls that a pool gives away at once because they waited for too long.
inline constexpr std::size_t spill_batch = 256;

/// Bytes of a line by which two nodes meet. An introduction has some hundred.
inline constexpr std::size_t hello_bytes = 4096;

/// How long somebody who has connected to the door of a cluster may take to be let in,
/// with encryption: three times there and back around the world.
inline constexpr auto hello_time = 2s;

/// Connections at the door of a cluster that are not let in yet. More are refused.
inline constexpr std::size_t half_open = 64;

/// Bytes that are read, and thrown away, of somebody who was refused, so that the refusal
/// reaches him: closing before would take it back.
inline constexpr std::size_t door_linger_bytes = 64 * 1024;

/// How long nobody answers at an address of `peers` before the log says so: nodes start
/// in any order.
inline constexpr auto unmet_patience = 10s;

/// How long one address of another node is dialled before the next one is tried.
inline constexpr auto dial_time = 2s;

/// Addresses of one host that are dialled, one after the other.
inline constexpr std::size_t dial_addresses = 8;

/// Names of hosts that are looked up at a time: each needs a thread, since the system's
/// own function waits.
inline constexpr std::size_t name_lookups = 4;

/// Between two reports of one reason for refusals at the door of a cluster.
inline constexpr auto refusal_report = 1s;

/// Between two looks at what is overdue at the door, while somebody is there.
inline constexpr auto door_tick = 50ms;

/// The largest `max_frame` of pools that two nodes reckon with before either has told the
/// other of a larger one: the default.
inline constexpr std::uint64_t peer_frame = 16 * 1024 * 1024;

/// The largest that a peer may tell of: the largest that may be configured.
inline constexpr std::uint64_t largest_peer_frame = 1024 * 1024 * 1024;

/// Bytes of a call or an outcome beside its payload: kind, key, ancestors, what a worker
/// has said on its stderr.
inline constexpr std::size_t link_envelope = 64 * 1024;

/// Bytes of one message of a peer, at first: what `peer_frame` and a window ask for. The
/// bound of a connection grows with the pools that its ends tell each other of; see
/// `frame_bounds.hpp`. How much space a frame gets at once: see `frame_reader`.
inline constexpr std::size_t peer_message = 33 * 1024 * 1024;

/// Bytes that may wait for a peer that does not read; beyond, the connection ends. In
/// each direction a link keeps less than one message under way. The third is for what no
/// window counts: beats, cancels, what nodes tell each other of pools. As `peer_message`,
/// it grows with the pools.
inline constexpr std::size_t peer_backlog = 3 * peer_message;

/// The most that it grows to: CAF announces the bytes of a message in 32 bits.
inline constexpr std::size_t largest_peer_backlog = 2047 * 1024 * 1024;

/// Frames of one connection that are dropped before it ends. A peer sends one: each node
/// of CAF asks for an actor that is not there.
inline constexpr std::size_t peer_dropped = 64;

/// Bytes of a frame between nodes that carries no message: those of CAF have some
/// hundred.
inline constexpr std::size_t peer_control_frame = 4096;

/// Actors of one peer that may send over one connection. A link is one.
inline constexpr std::size_t peer_senders = 16;

/// How long the peer may take to answer CAF's handshake: its end has greeted already.
inline constexpr auto peer_handshake = 2s;

/// Bytes that are encrypted at a time: more would wait encrypted and not.
inline constexpr std::size_t encrypted_piece = 256 * 1024;

/// Between two looks whether calls of a node that stops are still open at other nodes.
inline constexpr auto drain_look = 20ms;

} // namespace troupe::limits
