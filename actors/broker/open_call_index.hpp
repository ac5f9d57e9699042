#pragma once

#include "actors/broker/call_queue.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::broker {

/// Finds the open calls of a pool by who waits for them, for those who take them back:
/// one call by its sink and tag, all calls of a sink, the step of a session. Each is O(1)
/// a call found, or O(log sessions), however many calls are open; but the first search by
/// tag looks at all of them, since a pool whose calls nobody takes back keeps no names.
class open_call_index {
public:
  /// The place of a call in the queue, or the number of a running call.
  using where = std::variant<call_queue::place, size_t>;

  open_call_index()
    : entries_(1) {} // 0 is no entry

  /// Adds `c`, unless nobody could ask for it, and sets `c.entry`.
  void add(pending_call& c);

  /// The call is there now. 0 is ignored.
  void move(uint32_t n, const where& to) { entries_[n].place = to; }

  /// Forgets `c`, if it was added.
  void remove(pending_call& c);

  /// Returns where the call is, or nullptr.
  const where* find(const reply_sink* sink, tag_id tag);

  /// Returns where a step of the session is, or nullptr if it has none.
  const where* find_session(std::string_view session) const;

  /// Returns where a call of the sink is, or nullptr if it has none.
  const where* find_any(const reply_sink* sink) const;

  /// Calls `f(where)` for each call of the sink. `f` may remove that call.
  template <class F>
  void for_each(const reply_sink* sink, F&& f) const {
    auto i = first_.find(sink);
    for (auto n = i == first_.end() ? 0 : i->second; n != 0;) {
      auto here = entries_[n].place;
      n = entries_[n].next;
      f(here);
    }
  }

  /// Calls `f(where)` for each step of the session. `f` may remove that step.
  template <class F>
  void for_each_step(std::string_view session, F&& f) const {
    auto [i, end] = by_session_.equal_range(session);
    while (i != end) {
      auto here = entries_[i->second].place;
      ++i;
      f(here);
    }
  }

  size_t size() const noexcept { return entries_.size() - 1 - free_.size(); }

  /// Returns whether `c` is known, and to be at `here`.
  bool has_at(const pending_call& c, const where& here) const {
    return c.entry != 0 && c.entry < entries_.size() && entries_[c.entry].place == here
           && entries_[c.entry].sink == c.sink.get() && entries_[c.entry].tag == c.tag;
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  struct entry {
    where place;
    const reply_sink* sink = nullptr;
    tag_id tag;
    /// The other calls of the sink.
    uint32_t next = 0;
    uint32_t previous = 0;
  };

  struct name {
    const reply_sink* sink;
    tag_id tag;
    bool operator==(const name&) const = default;
    friend std::size_t hash_value(const name& n) {
      return reinterpret_cast<std::uintptr_t>(n.sink) * 0x9E3779B97F4A7C15ULL ^ n.tag;
    }
  };

  using names = boost::unordered_flat_map<name, uint32_t>;

  const where* at(uint32_t n) const { return &entries_[n].place; }
  names name_all() const;

  std::vector<entry> entries_;
  std::vector<uint32_t> free_;
  /// From the first search on.
  std::optional<names> by_name_;
  /// The first call of each sink.
  boost::unordered_flat_map<const reply_sink*, uint32_t> first_;
  std::multimap<std::string, uint32_t, std::less<>> by_session_;
};

} // namespace troupe::broker
