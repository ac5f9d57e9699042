#pragma once

#include "actors/cluster/peer_actors.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace troupe::cluster {

/// Calls that are not sent yet, since their callers are behind with reading what they
/// were answered. O(log) to find a caller, and O(its calls) to find one of those.
class held_calls {
public:
  void add(routed_call c) {
    auto sink = c.call.sink.get();
    by_sink_[sink].push_back(std::move(c));
  }

  /// Takes the call of this sink with this tag out, if it is here.
  std::optional<routed_call> take(const reply_sink* sink, tag_id tag);

  /// Takes all calls of this sink out, in the order in which they came.
  routed_calls take_all(const reply_sink* sink);

  /// Takes all calls out.
  routed_calls take_all();

  bool empty() const noexcept { return by_sink_.empty(); }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  std::map<const reply_sink*, routed_calls> by_sink_;
};

} // namespace troupe::cluster
