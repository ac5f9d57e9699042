#pragma once

#include "actors/broker/call_queue.hpp"
#include "protocol/base/ids.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::broker {

/// Finds the open calls of a pool by who waits for them, for those who take them back:
/// one call by its sink and tag, all calls of a sink, the step of a session, one call by
/// its number. Each is O(1) a call found, or O(log sessions), however many calls are
/// open; but the first search by tag looks at all of them, since a pool whose calls
/// nobody takes back keeps no names. Lists them for operators, a few at a time.
class open_call_index {
public:
  /// The place of a call in the queue, or the number of a running call.
  using where = std::variant<call_queue::place, size_t>;

  /// @param first_generation What the numbers of calls begin with: an operator may still
  /// have one of another run of the node.
  explicit open_call_index(uint32_t first_generation = 0)
    : entries_(1) // 0 is no entry
    , first_generation_(first_generation) {}

  /// Adds `c`, unless it is there, and sets `c.entry`.
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

  /// Returns where the call of this number is, or nullptr.
  const where* find(call_number number) const {
    auto n = static_cast<uint32_t>(number);
    return n < entries_.size() && entries_[n].used && number_of(n) == number ? at(n)
                                                                             : nullptr;
  }

  /// Returns the number of the call that has entry `n`. @pre There is one.
  call_number number_of(uint32_t n) const {
    return call_number{uint64_t{entries_[n].generation} << 32 | n};
  }

  /// Calls `f(number, taken, where)` for the calls among the next `most` entries.
  /// @param from Where to begin, 0 at first; where to go on, afterwards. A call that is
  /// open all the while is seen once.
  /// @returns Whether that was the end.
  template <class F>
  bool look(uint32_t& from, size_t most, F&& f) const {
    for (; most > 0 && from < entries_.size(); --most, ++from)
      if (auto& e = entries_[from]; e.used)
        f(number_of(from), e.taken, e.place);
    return from >= entries_.size();
  }

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
    /// Grows each time the entry is used again.
    uint32_t generation = 0;
    bool used = false;
    steady_clock::time_point taken = {};
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
  uint32_t first_generation_;
  std::vector<uint32_t> free_;
  /// From the first search on.
  std::optional<names> by_name_;
  /// The first call of each sink.
  boost::unordered_flat_map<const reply_sink*, uint32_t> first_;
  std::multimap<std::string, uint32_t, std::less<>> by_session_;
};

} // namespace troupe::broker
