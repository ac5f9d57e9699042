#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>

namespace troupe::supervisor {

/// Admits so many starts at once; the replicas that wait for one stand in a line. A
/// replica that gives its start up meanwhile keeps its position: who takes one out looks
/// whether it still waits.
class start_line {
public:
  /// Returns whether one more worker may be starting, of `at_once`.
  bool has_room(size_t at_once) const noexcept { return starting_ < at_once; }

  /// A worker is being started.
  void began() noexcept { ++starting_; }

  /// A worker that was being started is ready or has ended.
  void through() noexcept { --starting_; }

  /// Adds a replica at the end, if it is not in the line.
  void join(int32_t index) {
    if (members_.insert(index).second)
      line_.push_back(index);
  }

  /// Takes the first replica out, if one more worker may be starting.
  std::optional<int32_t> next(size_t at_once) {
    if (!has_room(at_once) || line_.empty())
      return std::nullopt;
    auto index = line_.front();
    line_.pop_front();
    members_.erase(index);
    return index;
  }

  bool contains(int32_t index) const { return members_.contains(index); }

  /// Workers that have been started and are not ready yet.
  size_t starting() const noexcept { return starting_; }

  /// Returns an invariant that does not hold, or nothing.
  std::optional<std::string> verify() const {
    if (line_.size() != members_.size())
      return "a replica is in the line for starts twice";
    return std::nullopt;
  }

private:
  std::deque<int32_t> line_;
  /// The same replicas.
  std::unordered_set<int32_t> members_;
  size_t starting_ = 0;
};

} // namespace troupe::supervisor
