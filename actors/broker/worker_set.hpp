#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/worker_actor.hpp"

#include <caf/typed_response_promise.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::broker {

/// Returns how much `key` belongs to worker `index`: the worker with the highest affinity
/// is preferred.
uint64_t key_affinity(std::string_view key, int32_t index);

/// The workers of a pool as its broker sees them: who has room, the least busy first. All
/// operations but `find_incarnation`, `find_actor`, `find_free`, `has_index` and those
/// with a key are O(1), however many workers there are.
class worker_set {
public:
  /// A worker and the calls in it.
  struct entry {
    worker_actor worker;
    int32_t index = 0;
    /// 0 for an unused entry.
    incarnation_id incarnation;
    uint32_t window = 0;
    uint32_t in_flight = 0;
    /// Of its process; -1 if it has none.
    pid_t pid = -1;
    /// Takes no more calls.
    bool retiring = false;
    /// Answered when nothing is in it any more.
    std::optional<caf::typed_response_promise<atom::retire>> retired;
    /// Place in the bucket of its load.
    size_t position = 0;
  };

  /// Names an entry while its incarnation is a member.
  struct ref {
    size_t slot = 0;
    incarnation_id incarnation;

    auto operator<=>(const ref&) const = default;
  };

  ref add(const member& m);

  /// Returns the entry, or nullptr if that incarnation has left.
  entry* find(ref r);
  const entry* find(ref r) const;

  /// Returns the ref of an incarnation.
  std::optional<ref> find_incarnation(incarnation_id incarnation) const;

  /// Returns the ref of the actor at `who`.
  std::optional<ref> find_actor(const caf::actor_addr& who) const;

  /// Returns the worker with this index if it has room.
  std::optional<ref> find_free(int32_t index) const;

  /// Returns whether a worker with this index is a member.
  bool has_index(int32_t index) const;

  /// Returns whether a worker with room is there.
  bool has_free_slot() const noexcept { return free_count_ > 0; }

  /// Returns the least busy worker; of several the one that was busy last, since its
  /// caches are warm and the others can be let go. @pre `has_free_slot()`.
  ref pick();

  /// Returns the worker with a free slot that `key` belongs to. It stays the same as long
  /// as it has one, however the set changes (rendezvous hashing). @pre `has_free_slot()`.
  /// O(size).
  ref pick(std::string_view key) const;

  /// A call goes into, or has left, the worker.
  void acquire(ref r);
  void release(ref r);

  /// Gives the worker no more calls.
  void retire(ref r);

  void remove(ref r);

  /// Calls `f(entry)` for each worker.
  template <class F>
  void for_each(F&& f) {
    for (auto& e : entries_)
      if (e.incarnation != 0)
        f(e);
  }

  /// Calls `f(ref, entry)` for each worker.
  template <class F>
  void for_each(F&& f) const {
    for (size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].incarnation != 0)
        f(ref{i, entries_[i].incarnation}, entries_[i]);
  }

  size_t size() const noexcept { return size_; }
  /// Returns how many calls fit in all workers that are not retiring.
  size_t capacity() const noexcept { return capacity_; }
  /// Returns how many more fit in them now.
  size_t free_slots() const noexcept { return free_slots_; }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  bool has_free_slot(const entry& e) const {
    return !e.retiring && e.in_flight < e.window;
  }
  void list(size_t slot);
  void unlist(size_t slot);

  std::vector<entry> entries_;
  std::vector<size_t> free_;
  /// By load: the entries with that many calls in them and room for more.
  std::vector<std::vector<size_t>> buckets_;
  size_t lowest_ = 0;
  size_t free_count_ = 0;
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t free_slots_ = 0;
};

} // namespace troupe::broker
