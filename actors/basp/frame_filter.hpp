#pragma once

#include "actors/basp/bounds.hpp"
#include "actors/basp/refusal.hpp"

#include <caf/io/basp/header.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::basp {

/// Which end of a connection this node is. In BASP they have different parts.
enum class origin : uint8_t { dialled, accepted };

/// What becomes of a frame.
enum class fate : uint8_t {
  pass,
  /// It is skipped, and nothing else happens.
  drop,
  /// The connection ends; see `frame_filter::why`.
  refuse,
};

/// Decides which frames of one peer CAF gets to see. CAF's BASP trusts whoever connects:
/// it makes space for any length, takes messages before a handshake, crashes at one that
/// is empty, spawns an actor for each node that a peer claims to be or to know, and lets
/// it speak for others. Here a peer speaks for itself only. Not thread-safe.
class frame_filter {
public:
  /// @param own This node's id, as CAF spells it.
  /// @param peer The node that is expected; empty: the one that the handshake names.
  frame_filter(origin end, std::string own, std::string peer,
               std::shared_ptr<const bounds> limits);

  /// Judges a frame by its header, before its payload is read.
  fate judge(const caf::io::basp::header& h);

  /// Judges the payload of a frame whose header has passed.
  fate judge(const caf::io::basp::header& h, std::span<const char> payload);

  /// Messages may have so many bytes from now on, if they could not before.
  void expect(size_t bytes) noexcept { most_in_ = std::max(most_in_, bytes); }

  /// Returns why the last frame was refused.
  refusal why() const noexcept { return why_; }

  /// Returns whether a frame of CAF has passed yet.
  bool has_begun() const noexcept { return handshakes_ > 0; }

  /// Returns the peer's node id; empty before its handshake, if none was expected.
  const std::string& peer() const noexcept { return peer_; }

private:
  using header = caf::io::basp::header;

  fate refuse(refusal why);
  fate drop();
  fate handshake(const header& h);
  fate message(const header& h);
  bool is_new_sender(caf::actor_id who);
  bool is_from_peer(std::span<const char> handshake);
  bool is_between_us(std::span<const char> payload) const;
  bool has_expected_content(std::span<const char> payload);
  bool is_expected(std::string_view content);

  origin end_;
  std::string own_;
  std::string peer_;
  std::shared_ptr<const bounds> limits_;
  size_t most_in_;
  /// Handshakes that have come.
  size_t handshakes_ = 0;
  /// Messages that have named actors.
  size_t introductions_ = 0;
  size_t dropped_ = 0;
  /// CAF makes a proxy for each, which lasts as long as the connection.
  std::vector<caf::actor_id> senders_;
  refusal why_ = refusal::not_basp;
};

/// Returns the header that these bytes spell. @pre They are `basp::header_size` many.
caf::io::basp::header read_header(std::span<const char> bytes);

} // namespace troupe::basp
