#pragma once

#include "actors/interfaces/stream_flow.hpp"
#include "protocol/base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::front {

/// The streams whose parts are on their way to a client, and how many bytes of each: a
/// worker is told when its parts are through.
class part_flows {
public:
  using flow_ptr = std::shared_ptr<stream_flow>;

  /// A part is among the bytes for the client.
  void add(flow_ptr flow, size_t bytes) { flowing_.emplace_back(std::move(flow), bytes); }

  /// A part of the call `tag` waits for the answers to other calls.
  void hold(tag_id tag, flow_ptr flow, size_t bytes) {
    held_[tag].emplace_back(std::move(flow), bytes);
  }

  /// The parts of the call `tag` wait no more.
  void release(tag_id tag);

  /// All bytes for the client are through.
  void drain();

  /// Drops all parts: no client wants them.
  void drop_all();

private:
  using flows = std::vector<std::pair<flow_ptr, size_t>>;

  flows flowing_;
  /// By tag.
  std::map<tag_id, flows> held_;
};

} // namespace troupe::front
