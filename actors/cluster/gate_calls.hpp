#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::cluster {

/// The calls of one peer that this node has taken and not yet answered. The peer numbers
/// them by slots of its own, so each is found in O(1) without a search.
class gate_calls {
public:
  struct entry {
    link_call_id id;
    /// Of the callees: who runs it.
    uint32_t callee = 0;
    bool used = false;
    /// Of a streamed result that the worker may have to stop at; null for none.
    std::shared_ptr<stream_flow> flow = nullptr;
    /// Bytes of that which the peer has not taken.
    size_t untaken = 0;
    /// Of its outcome.
    payload_form form = payload_form::json;
  };

  enum class addition : uint8_t {
    added,
    /// The peer has a call of this number open, or one in its slot.
    taken,
    /// More than one node takes from another.
    too_many,
  };

  /// @param most How many calls of the peer may be open.
  explicit gate_calls(size_t most = limits::link_calls_open)
    : most_(most) {}

  addition add(link_call_id id, const callee_actor& callee,
               payload_form form = payload_form::json);

  /// Returns the call, or nullptr if it is not open.
  entry* find(link_call_id id);

  /// Returns who runs the call.
  const callee_actor& callee_of(const entry& e) const { return callees_[e.callee]; }

  /// The call has been answered. Its worker is not held up by what it still had on the
  /// way. @pre `find(id)`.
  void remove(link_call_id id);

  /// The peer is gone.
  void remove_all();

  /// So many more bytes of the streamed result are on their way.
  static void add_part(entry& e, std::shared_ptr<stream_flow> flow, size_t bytes);

  /// The peer has taken so many of them. What cannot be is ignored.
  static void take_part(entry& e, size_t bytes);

  /// Returns everybody who ever had calls of this peer.
  const std::vector<callee_actor>& callees() const noexcept { return callees_; }

  size_t size() const noexcept { return size_; }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  size_t most_;
  std::vector<entry> slots_;
  std::vector<callee_actor> callees_;
  size_t size_ = 0;
};

} // namespace troupe::cluster
