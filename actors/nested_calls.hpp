#pragma once

#include "actors/interfaces.hpp"

#include <optional>
#include <unordered_map>

namespace troupe {

/// The calls that one worker's child has open with other workers, by the tag that their
/// outcomes come back with.
class nested_calls {
public:
  struct entry {
    /// The child's name for it.
    slice request_id;
    callee_actor callee;
    /// The call to the child that this one is made for; 0 for none.
    uint64_t parent = 0;
  };

  size_t size() const noexcept { return entries_.size(); }

  /// Returns whether the child has a call of this name open.
  bool has(const slice& request_id) const;

  /// Keeps a call and returns its tag.
  uint64_t add(entry e);

  /// Takes out the call with this tag, or returns nothing.
  std::optional<entry> take(uint64_t tag);

  /// Calls `f(tag, entry)` for each.
  template <class F>
  void for_each(F&& f) const {
    for (auto& [tag, e] : entries_)
      f(tag, e);
  }

  /// Where outcomes go; made with the first call. Null before.
  reply_sink_ptr sink;

private:
  std::unordered_map<uint64_t, entry> entries_;
  uint64_t next_ = 1;
};

/// Returns a sink that sends outcomes to `owner` as messages.
reply_sink_ptr make_nested_sink(worker_actor owner);

} // namespace troupe
