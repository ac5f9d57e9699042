#pragma once

#include "protocol/base/byte_totals.hpp"
#include "protocol/base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::cluster {

/// How calls ended, by the code of their error; those that ended well at `code::none`.
class ended_calls {
public:
  void add(code how, uint64_t n = 1) noexcept {
    auto i = how < code::count_ ? how : code::internal;
    by_code_[static_cast<size_t>(i)] += n;
  }
  uint64_t get(code how) const noexcept { return by_code_[static_cast<size_t>(how)]; }

private:
  std::array<uint64_t, static_cast<size_t>(code::count_)> by_code_{};
};

/// What a node has counted of another one, over all connections with it.
struct peer_counts {
  /// Calls that were sent to the peer.
  ended_calls out;
  /// Calls that the peer sent.
  ended_calls in;
  byte_totals bytes;
  uint64_t connections = 0;
};

/// What a node has counted of the others since it began. Plain integers: LINKs, GATE,
/// CLUSTER and their connections are on one loop, and so is this. It outlives them, as
/// totals do.
class all_peer_counts {
public:
  /// Returns the counts of the peer with this name.
  std::shared_ptr<peer_counts> of(std::string_view peer) {
    auto i = all_.find(peer);
    if (i == all_.end())
      i = all_.emplace(peer, std::make_shared<peer_counts>()).first;
    return i->second;
  }

  /// Forgets peers that `is_known` does not know and that nobody counts for any more.
  /// Without that, names that peers give themselves would take memory without end.
  template <class Known>
  void forget_unless(Known is_known) {
    std::erase_if(all_, [&](auto& row) {
      return row.second.use_count() == 1 && !is_known(row.first);
    });
  }

  const std::map<std::string, std::shared_ptr<peer_counts>, std::less<>>&
  get() const noexcept {
    return all_;
  }

private:
  std::map<std::string, std::shared_ptr<peer_counts>, std::less<>> all_;
};

} // namespace troupe::cluster
