#pragma once

#include "protocol/base/ids.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace troupe::supervisor {

/// Numbers incarnations, and knows in which replica each one lives: no message about one
/// worker looks at all the others, of which there may be thousands.
class incarnation_index {
public:
  struct entry {
    incarnation_id number;
    /// Of the replica.
    int32_t index = 0;
  };

  incarnation_id next_number() { return incarnation_id{next_++}; }

  void add(incarnation_id number, caf::actor_id worker, int32_t index) {
    indexes_[number] = index;
    numbers_[worker] = number;
  }

  /// The incarnation lives in another replica than it was added for.
  void move(incarnation_id number, int32_t index) { indexes_[number] = index; }

  /// Returns the index of the replica; nothing for an incarnation that has ended.
  std::optional<int32_t> index_of(incarnation_id number) const {
    auto i = indexes_.find(number);
    return i == indexes_.end() ? std::nullopt : std::optional{i->second};
  }

  /// Forgets the incarnation of an actor that has ended. Returns it, or nothing if the
  /// actor is no worker.
  std::optional<entry> remove(caf::actor_id worker) {
    auto i = numbers_.find(worker);
    if (i == numbers_.end())
      return std::nullopt;
    entry gone{i->second, indexes_[i->second]};
    indexes_.erase(gone.number);
    numbers_.erase(i);
    return gone;
  }

  size_t size() const noexcept { return indexes_.size(); }

private:
  /// By the number of the incarnation.
  std::unordered_map<incarnation_id, int32_t> indexes_;
  /// Numbers of incarnations, by their actors.
  std::unordered_map<caf::actor_id, incarnation_id> numbers_;
  uint64_t next_ = 1;
};

} // namespace troupe::supervisor
