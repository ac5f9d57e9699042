#pragma once

#include "protocol/base/shared_count.hpp"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace troupe::front::web {

/// How many requests a web front has answered with which status, since the node began.
/// Thread-safe.
class status_counts {
public:
  /// @param status As of HTTP: any other counts as 500.
  void add(unsigned status) noexcept {
    counts_[status >= first && status < first + most ? status - first : 500 - first]
        .add();
  }

  /// Returns each status that was answered at least once, and how often.
  std::vector<std::pair<unsigned, uint64_t>> rows() const {
    std::vector<std::pair<unsigned, uint64_t>> all;
    for (size_t i = 0; i < most; ++i)
      if (auto n = counts_[i].get(); n > 0)
        all.emplace_back(static_cast<unsigned>(first + i), n);
    return all;
  }

private:
  static constexpr size_t first = 100;
  static constexpr size_t most = 500;

  std::array<shared_count, most> counts_;
};

} // namespace troupe::front::web
