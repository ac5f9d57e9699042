#pragma once

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/ids.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace troupe::cluster {

/// The calls that wait to leave for a peer, the oldest first, bounded in bytes.
class link_outbox {
public:
  /// Returns whether a call of so many bytes may wait, too. One always may: it could not
  /// leave otherwise.
  bool has_room(size_t bytes) const noexcept {
    return bytes_ == 0 || bytes_ + bytes <= limits::link_outbox;
  }
  bool empty() const noexcept { return ids_.empty(); }
  /// Returns how many wait, those that were dropped included.
  size_t size() const noexcept { return ids_.size(); }

  void push(link_call_id id, size_t bytes) {
    ids_.push_back(id);
    bytes_ += bytes;
  }

  /// Takes the next one out. It may be one that was dropped.
  std::optional<link_call_id> pop() {
    if (ids_.empty())
      return std::nullopt;
    auto id = ids_.front();
    ids_.pop_front();
    return id;
  }

  /// A call of so many bytes does not wait any more: it leaves, or is not wanted.
  void drop(size_t bytes) { bytes_ -= bytes; }

  size_t bytes() const noexcept { return bytes_; }

private:
  std::deque<link_call_id> ids_;
  /// Of the calls that are wanted still.
  size_t bytes_ = 0;
};

} // namespace troupe::cluster
