#pragma once

#include "actors/cluster/coordination/peer_connection.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::coordination {

/// Connections with other nodes that were refused, by the words for their reasons: how
/// many there were, and which of them operators are to be told of. Those that the door
/// tells of are counted here; it has seen to it that they are told at most once a second.
class refusals {
public:
  /// Counts refusals that are told of now.
  void count(const refusal_notice& told);

  /// Counts one of a connection that was let in before. Returns what is to be told now:
  /// nothing if its reason was told of within the last second. `take_due` returns it
  /// then.
  std::optional<refusal_notice> add(refusal_notice notice, steady_clock::time_point now);

  /// Returns what came within a second of the last notice of its reason, and is due.
  std::vector<refusal_notice> take_due(steady_clock::time_point now);

  /// Returns how many there were of each reason.
  std::map<std::string, uint64_t> counts() const;

private:
  struct row {
    uint64_t count = 0;
    uint64_t untold = 0;
    std::optional<steady_clock::time_point> told_at;
    /// The last one that was not told of.
    refusal_notice last;
  };

  static std::optional<refusal_notice> take_due(row& r, steady_clock::time_point now);

  std::map<std::string, row> rows_;
};

} // namespace troupe::coordination
