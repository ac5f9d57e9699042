#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace troupe::front::mcp {

/// The ids of the sessions of one front. Sessions that share servers have nothing to
/// keep, so an id says by itself that a front of this name gave it: any node knows it,
/// and so does the next process of a node. That is no secret, and no leave for anything:
/// whoever may connect may begin a session. Safe to use from several threads.
class session_ids {
public:
  /// Ids of ended sessions that are remembered; beyond, the oldest are forgotten.
  static constexpr size_t most_ended = 4096;

  /// @param front The name of the front.
  explicit session_ids(std::string front)
    : front_(std::move(front)) {}

  /// Returns a new one, of letters and digits.
  std::string make() const;

  /// Returns whether it is that of a session, as far as this node knows.
  bool is_open(std::string_view id) const;

  /// Ends a session. @pre `is_open(id)`
  void end(std::string_view id);

private:
  std::string check_of(std::string_view number) const;

  std::string front_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> ended_;
  /// The same, oldest first.
  std::deque<std::string> by_age_;
};

} // namespace troupe::front::mcp
