#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/front_kind.hpp"
#include "protocol/metrics/duration_histogram.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::metrics {

/// What is counted of calls: plain integers, for one thread.
struct call_counts {
  std::array<uint64_t, static_cast<size_t>(front_kind::count_)> received{};
  /// By the code of their error; those that ended well at `code::none`.
  std::array<uint64_t, static_cast<size_t>(code::count_)> ended{};
  duration_histogram waited;
  duration_histogram ran;

  void count_end(code how) noexcept {
    ++ended[how < code::count_ ? static_cast<size_t>(how)
                               : static_cast<size_t>(code::internal)];
  }

  call_counts& operator+=(const call_counts& other) noexcept;
};

/// Counts of calls, of the first kinds each by itself.
class calls_by_kind {
public:
  /// Finds kinds by `std::string_view`, without a copy.
  struct hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  using table = std::unordered_map<std::string, call_counts, hash, std::equal_to<>>;

  /// @param most Kinds that are counted by themselves; 0: no kind is told apart.
  explicit calls_by_kind(size_t most = 0)
    : most_(most) {}

  /// Returns the counts of this kind. They stay where they are.
  call_counts& of(std::string_view kind) { return most_ == 0 ? others_ : find(kind); }

  bool tells_kinds() const noexcept { return most_ > 0; }
  /// Returns those that are counted by themselves, and the counts of all others.
  const table& kinds() const noexcept { return kinds_; }
  const call_counts& others() const noexcept { return others_; }

  /// Returns the counts of all kinds together.
  call_counts sum() const;

private:
  call_counts& find(std::string_view kind);

  size_t most_;
  table kinds_;
  call_counts others_;
};

} // namespace troupe::metrics
