#pragma once

#include "actors/interfaces/worker_actor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::worker {

/// The calls that one worker's child has open with other workers, by the tag that their
/// outcomes come back with.
class nested_calls {
public:
  struct entry {
    /// The child's name for it.
    shared_bytes request_id;
    callee_actor callee;
    /// The call to the child that this one is made for; 0 for none.
    ticket_id parent;
  };

  size_t size() const noexcept { return entries_.size(); }

  /// Returns whether the child has a call of this name open.
  bool has(const shared_bytes& request_id) const { return find(request_id) != nullptr; }

  /// Keeps a call and returns its tag.
  tag_id add(entry e);

  /// Takes out the call with this tag, or returns nothing.
  std::optional<entry> take(tag_id tag);

  /// Returns the tag of the call of this name, or nullptr.
  const tag_id* find(const shared_bytes& request_id) const;

  /// Returns the entry with this tag. @pre It is there.
  const entry& at(tag_id tag) const { return entries_.at(tag); }

  /// Calls `f(tag, entry)` for each that is made for the call with this ticket.
  template <class F>
  void for_each_of(ticket_id parent, F&& f) const {
    auto [i, end] = by_parent_.equal_range(parent);
    for (; i != end; ++i)
      f(i->second, entries_.at(i->second));
  }

  /// Calls `f(tag, entry)` for each.
  template <class F>
  void for_each(F&& f) const {
    for (auto& [tag, e] : entries_)
      f(tag, e);
  }

  /// Returns which rule of the data is broken, if any: each call is found by its name and
  /// by its parent. For tests.
  std::optional<std::string> verify() const;

  /// The receiver of outcomes; made with the first call. Null before.
  reply_sink_ptr sink;

private:
  std::unordered_map<tag_id, entry> entries_;
  /// Tags by the child's name, whose bytes the entry holds.
  std::unordered_map<std::string_view, tag_id> by_name_;
  std::unordered_multimap<ticket_id, tag_id> by_parent_;
  uint64_t next_ = 1;
};

/// Returns a sink that sends outcomes to `owner` as messages.
/// @param name The worker's, e.g. `echo.0`.
reply_sink_ptr make_nested_sink(worker_actor owner, std::string name);

} // namespace troupe::worker
