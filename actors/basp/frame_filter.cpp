#include "actors/basp/frame_filter.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <caf/atom.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/message_id.hpp>
#include <caf/node_id.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace troupe::basp {

using caf::io::basp::header;
using caf::io::basp::message_type;

namespace {

/// CAF's deserializer needs no actor system for what is read here.
caf::binary_deserializer reader_of(std::span<const char> bytes) {
  return {static_cast<caf::execution_unit*>(nullptr), bytes.data(), bytes.size()};
}

/// The contents begin with a number for future use and the names of their types.
constexpr std::string_view types_prefix = "@<>+";

constexpr uint8_t known_flags =
    header::named_receiver_flag | header::select_connection_flag;

} // namespace

header read_header(std::span<const char> bytes) {
  header h{};
  auto source = reader_of(bytes);
  if (source(h))
    h.operation = static_cast<message_type>(0xFF); // valid for nobody
  return h;
}

frame_filter::frame_filter(origin end, std::string own, std::string peer,
                           std::shared_ptr<const bounds> limits)
  : end_(end)
  , own_(std::move(own))
  , peer_(std::move(peer))
  , limits_(std::move(limits))
  , most_in_(limits_->most_in) {}

fate frame_filter::refuse(refusal why) {
  why_ = why;
  return fate::refuse;
}

/// A peer has little to send that is dropped. One that sends more is broken, or no node.
fate frame_filter::drop() {
  return ++dropped_ > limits::peer_dropped ? refuse(refusal::unexpected_frames)
                                           : fate::drop;
}

fate frame_filter::judge(const header& h) {
  if (!caf::io::basp::valid(h) || (h.flags & ~known_flags) != 0)
    return refuse(refusal::not_basp);
  auto carries_data = h.operation == message_type::direct_message
                      || h.operation == message_type::routed_message;
  if (h.payload_len > (carries_data ? most_in_ : limits::peer_control_frame))
    return refuse(refusal::frame_too_long);
  if (caf::io::basp::is_handshake(h))
    return handshake(h);
  if (handshakes_ == 0)
    return refuse(refusal::not_basp);
  // Nodes are connected directly: nobody relays for another. CAF would spawn an actor for
  // each node that such a frame claims to come from.
  if (h.operation == message_type::routed_message)
    return drop();
  return h.operation == message_type::direct_message ? message(h) : fate::pass;
}

/// The one that was dialled shows itself once. The one that dials does so twice: the
/// second time it selects the connection.
fate frame_filter::handshake(const header& h) {
  auto from_dialler = h.operation == message_type::client_handshake;
  auto is_late = handshakes_ >= (from_dialler ? 2 : 1);
  auto selects = h.has(header::select_connection_flag);
  if (from_dialler != (end_ == origin::accepted) || is_late
      || selects != (handshakes_ == 1) || h.payload_len == 0)
    return refuse(refusal::not_basp);
  return fate::pass;
}

fate frame_filter::message(const header& h) {
  if (h.has(header::named_receiver_flag)) {
    // Each node of CAF asks a new peer for its spawn server, which is no offence.
    auto asks = h.dest_actor == static_cast<uint64_t>(caf::atom("SpawnServ"))
                && caf::make_message_id(h.operation_data).is_async();
    return asks ? drop() : refuse(refusal::remote_spawn);
  }
  if (is_new_sender(h.source_actor)) {
    if (senders_.size() == limits::peer_senders)
      return refuse(refusal::too_many_senders);
    senders_.push_back(h.source_actor);
  }
  return fate::pass;
}

bool frame_filter::is_new_sender(caf::actor_id who) {
  return std::find(senders_.begin(), senders_.end(), who) == senders_.end();
}

fate frame_filter::judge(const header& h, std::span<const char> payload) {
  switch (h.operation) {
    case message_type::client_handshake:
    case message_type::server_handshake:
      if (!is_from_peer(payload))
        return refuse(refusal::wrong_node);
      ++handshakes_;
      return fate::pass;
    case message_type::monitor_message:
    case message_type::down_message:
      return is_between_us(payload) ? fate::pass : refuse(refusal::wrong_node);
    case message_type::direct_message:
      return has_expected_content(payload) ? fate::pass : drop();
    default:
      return fate::pass;
  }
}

bool frame_filter::is_from_peer(std::span<const char> handshake) {
  caf::node_id node;
  auto source = reader_of(handshake);
  if (source(node) || !node)
    return false;
  auto id = to_string(node);
  if (peer_.empty())
    peer_ = id;
  return id == peer_ && id != own_;
}

/// Both begin with the node that sends and the one that is meant. CAF would relay to a
/// third, and would believe that a third node's actor is gone.
bool frame_filter::is_between_us(std::span<const char> payload) const {
  caf::node_id from, to;
  auto source = reader_of(payload);
  return !source(from, to) && to_string(from) == peer_ && to_string(to) == own_;
}

bool frame_filter::has_expected_content(std::span<const char> payload) {
  auto source = reader_of(payload);
  size_t stages = 0;
  uint16_t number = 0;
  std::string types;
  // No stages: CAF would make proxies for whatever actors, of whatever nodes, they name.
  if (source.begin_sequence(stages) || stages != 0 || source.begin_object(number, types))
    return false;
  if (limits_->contents.empty())
    return true;
  return types.starts_with(types_prefix)
         && is_expected(std::string_view{types}.substr(types_prefix.size()));
}

bool frame_filter::is_expected(std::string_view content) {
  auto& expected = limits_->contents;
  if (std::find(expected.begin(), expected.end(), content) == expected.end())
    return false;
  return content != limits_->introduction || ++introductions_ <= limits::peer_senders;
}

} // namespace troupe::basp
