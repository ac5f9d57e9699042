#pragma once

#include "actors/cluster/byte_window.hpp"
#include "actors/cluster/gate_calls.hpp"
#include "actors/cluster/gate_sink.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/cluster/peer_counts.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::cluster {

/// What GATE keeps of one peer while its LINK lives.
class gate_peer {
public:
  /// @param most_calls How many of its calls may be open.
  gate_peer(link_open who, link_actor link, std::shared_ptr<turn_end> out,
            std::shared_ptr<peer_counts> counts,
            size_t most_calls = limits::link_calls_open);
  ~gate_peer();

  const std::string& node() const noexcept { return node_; }
  node_incarnation incarnation() const noexcept { return incarnation_; }
  const link_actor& link() const noexcept { return link_; }
  const std::shared_ptr<gate_sink>& sink() const noexcept { return sink_; }

  gate_calls& calls() noexcept { return calls_; }
  byte_intake& intake() noexcept { return intake_; }

  /// Sends at the end of this turn.
  void want_flush() { out_->want(); }
  /// As at the end of a turn, where there is no loop.
  void flush() { out_->flush(); }

  /// What the end of the turn brings: outcomes and parts, those of one call in their
  /// order if the parts are sent first. As many as the peer takes now.
  struct delivery {
    link_chunks parts;
    link_outcomes outcomes;
    /// Calls that were answered early, since a part was longer than the peer takes.
    std::vector<std::pair<callee_actor, tag_id>> cancelled;
    /// It was behind and is not any more: its calls may start.
    bool has_caught_up = false;
  };

  delivery take_delivery();

  /// Returns whether outcomes or parts are known that were not sent.
  bool has_unsent();

  /// The peer has taken so many bytes.
  void acknowledge(link_bytes total);

  /// The peer reckons with this `max_frame`, if it is larger than what it has told of
  /// before.
  void expects_frame(uint64_t max_frame) {
    frame_ = std::clamp(max_frame, frame_, limits::largest_peer_frame);
  }

  /// The callers of the peer have taken parts of streamed results.
  void take_parts(const link_taken& m);

  /// A call ends that was never handed on, nor added. It may run elsewhere.
  void refuse(link_call_id id, fault why);

  /// Returns whether more waits for the peer than it has calls, if it goes by the rules:
  /// it goes on calling and does not take its answers.
  bool is_flooding() const {
    return waiting_.size() + next_.outcomes.outcomes.size() > most_calls_;
  }

  /// The peer is gone: no worker waits for it, and nothing is gathered any more.
  void close();

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  using item = std::variant<link_chunk, link_outcome>;

  /// Counts an outcome, and has it sent when it is its turn.
  void add_outcome(link_outcome&& o);
  /// Adds what the peer takes now to the next delivery, and keeps the rest.
  template <class T>
  void add(T&& what);
  void deliver(link_outcome&& o);
  void deliver(link_chunk&& part);

  /// Takes what the sink has gathered.
  void gather();
  void gather(link_call_id id, call_result&& result);
  void gather(link_call_id id, shared_bytes part, std::shared_ptr<stream_flow> flow);
  /// Returns why the peer does not get so much at once, if it does not.
  std::optional<fault> find_excess(size_t bytes) const;

  std::string node_;
  node_incarnation incarnation_;
  link_actor link_;
  std::shared_ptr<turn_end> out_;
  std::shared_ptr<gate_sink> sink_;
  std::shared_ptr<peer_counts> counts_;
  size_t most_calls_;
  gate_calls calls_;
  byte_window window_;
  byte_intake intake_;
  /// See `link_view`.
  uint64_t frame_ = limits::peer_frame;
  /// What the peer takes at the end of the turn. The window counts it already.
  delivery next_;
  /// Space for what the sink has gathered; empty between two looks at it.
  std::vector<gate_sink::arrival> arrivals_;
  /// What the peer has no room for yet, in order.
  std::deque<item> waiting_;
};

} // namespace troupe::cluster
