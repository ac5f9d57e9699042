#pragma once

#include "actors/cluster/peer_actors.hpp"
#include "protocol/base/call.hpp"

#include <algorithm>
#include <chrono>

namespace troupe::cluster {

/// Tells from beats and silence how a link is. Knows no actor and no clock: it is told
/// the time.
///
/// A beat leaves every tenth of `failure_timeout`. Whatever comes from the peer shows
/// that it lives. It is suspect when nothing came for three beats, and down when nothing
/// came for nine: what was in flight then ends before `failure_timeout` is over.
class link_life {
public:
  using time_point = steady_clock::time_point;

  /// A link is suspect until its peer is heard of for the first time.
  link_life(std::chrono::milliseconds failure_timeout, time_point now)
    : beat_(failure_timeout / 10)
    , heard_(now) {}

  std::chrono::milliseconds beat() const noexcept { return beat_; }
  link_condition condition() const noexcept { return condition_; }
  bool is_down() const noexcept { return condition_ == link_condition::down; }

  /// Returns whether the peer was ever heard of.
  bool was_heard() const noexcept { return was_heard_; }

  /// A byte came from the peer at this time: it lives, but may not have answered yet.
  void hear_bytes(time_point when) { heard_ = std::max(heard_, when); }

  /// Something came from the peer. Returns whether that changes how the link is.
  bool hear(time_point now);

  /// Looks how long the peer has been silent. Returns whether that changes how the link
  /// is.
  bool look(time_point now);

  /// The peer is gone. Returns whether that changes how the link is.
  bool lose() { return change(link_condition::down); }

  // -- beats ------------------------------------------------------------------------

  beat_number send_beat(time_point now);

  /// The answer to a beat came. Returns the time between the two; 0 for a late answer.
  std::chrono::nanoseconds answer(beat_number n, time_point now) const;

private:
  bool change(link_condition to);

  std::chrono::milliseconds beat_;
  time_point heard_;
  time_point sent_;
  uint64_t beats_ = 0;
  bool was_heard_ = false;
  link_condition condition_ = link_condition::suspect;
};

} // namespace troupe::cluster
