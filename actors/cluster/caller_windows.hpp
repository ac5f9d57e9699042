#pragma once

#include "actors/cluster/calls_away.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// Bounds what one peer may be answering one caller, so that the answers to a caller that
/// stops to read stay few. A pool of this node starts none of such a caller's calls; a
/// peer does not know that he stopped. So a peer gets what the pool's slots take, and
/// more only as far as the answers are small. The other calls are held here, of higher
/// priority first. Calls of actors, and for a node itself, are not bounded. O(log).
class caller_windows {
public:
  /// Returns how many calls run at the peer in the pool of this name at a time.
  using slots_of = std::function<uint32_t(std::string_view)>;

  /// @param slots Empty: a caller is only bounded while it is behind with reading.
  explicit caller_windows(slots_of slots = {})
    : slots_(std::move(slots)) {}

  /// Takes note of a new call. Returns whether it may leave; else it is held.
  bool add(link_call_id id, const call_away& c);

  /// Returns whether so many bytes more of this call's caller may be held.
  bool has_room(const pending_call& c) const;

  /// The call has ended, or nobody wants it any more. `c` is as it was. Returns whether
  /// it was held.
  bool remove(link_call_id id, const call_away& c);

  /// An answer to a call that is still known has so many bytes.
  void note_answer(const pending_call& c, size_t bytes);

  /// Takes the held calls of this sink out that may leave now; each counts as away.
  std::vector<link_call_id> release(const reply_sink_ptr& sink);

  /// Forgets all of them.
  void clear();

  bool is_held(link_call_id id) const { return places_.contains(id); }

  /// Returns how many calls are held, for ROUTE: it always shows the present.
  std::shared_ptr<const size_t> held() const noexcept { return held_; }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify(const calls_away& calls) const;

private:
  /// By priority, then in the order in which they came.
  using place = std::pair<int, uint64_t>;
  struct held_call {
    link_call_id id;
    size_t bytes = 0;
  };
  /// The calls of one caller for one pool.
  struct flow {
    /// Those that left, or are about to.
    size_t away = 0;
    /// What an answer may have: the largest, which is slowly forgotten. 0: not known.
    size_t answer_bytes = 0;
    std::map<place, held_call> held = {};
    size_t held_bytes = 0;
  };
  /// A caller and a pool.
  template <class Text>
  struct key_of_text {
    const reply_sink* sink;
    Text pool;
  };
  using key = key_of_text<std::string>;
  /// To look for one without a copy of the name.
  using key_view = key_of_text<std::string_view>;
  struct by_caller {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return a.sink != b.sink ? std::less<>{}(a.sink, b.sink)
                              : std::string_view{a.pool} < std::string_view{b.pool};
    }
  };

  static bool is_bounded(const pending_call& c);
  static key_view key_of(const pending_call& c) { return {c.sink.get(), c.what.pool}; }
  bool may_leave(const key& of, const flow& f) const;

  slots_of slots_;
  std::map<key, flow, by_caller> flows_;
  /// Of the held calls.
  std::map<link_call_id, place> places_;
  uint64_t arrivals_ = 0;
  std::shared_ptr<size_t> held_ = std::make_shared<size_t>(0);
};

} // namespace troupe::cluster
