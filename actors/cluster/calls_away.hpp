#pragma once

#include "actors/broker/call_search.hpp"
#include "actors/broker/open_call_index.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/interfaces/slot_table.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// A call that is at a peer, or waits to leave for it.
struct call_away {
  routed_call routed;
  /// What it counts as on its way.
  size_t bytes = 0;
  /// Whether it has left: it may have started.
  bool sent = false;
  /// When its caller is told `timeout`; nothing for one without a deadline.
  std::optional<steady_clock::time_point> due = {};
  /// Of a streamed result; null until a part has come.
  std::shared_ptr<stream_flow> flow = nullptr;
  /// Nobody waits for it any more, but the peer has not answered: until then no other
  /// call may have its slot, which at the peer is taken.
  bool withdrawn = false;

  const call& what() const noexcept { return routed.call.what; }
};

/// The calls of one LINK, found by what the peer knows them by, by who waits for them,
/// and by when they are due; and by operators. All operations are O(1), or O(log calls)
/// where there is a deadline.
class calls_away {
public:
  calls_away()
    : open_(std::make_shared<open_counts>()) {}

  /// Keeps a call and returns what the peer is to know it by.
  link_call_id add(routed_call&& c, std::optional<steady_clock::time_point> due);

  /// Returns the call, or nullptr if nobody waits for it any more.
  call_away* find(link_call_id id);

  /// Returns what the index means by a place.
  static link_call_id id_at(const broker::open_call_index::where& place) {
    return link_call_id{std::get<size_t>(place)};
  }

  /// Returns the call of this sink with this tag, if it is here.
  std::optional<link_call_id> find(const reply_sink* sink, tag_id tag);

  /// Returns the calls of this sink.
  std::vector<link_call_id> find_all(const reply_sink* sink) const;

  /// Returns the call with this number in the index, or nothing.
  std::optional<link_call_id> find(call_number number) const;

  /// The calls as operators find them; places are `link_call_id`s.
  const broker::open_call_index& index() const noexcept { return callers_; }
  broker::call_searches& searches() noexcept { return searches_; }

  /// Takes the call out: it goes elsewhere. @pre `find(id)`.
  call_away take(link_call_id id);

  /// Forgets the call: it has ended. @pre `find(id)`.
  void remove(link_call_id id);

  /// Takes a call out that has left and that nobody waits for any more. Its number is in
  /// use until `end`. @pre `find(id)`.
  call_away withdraw(link_call_id id);

  /// The peer has answered a call that was withdrawn. Others are ignored.
  void end(link_call_id id);

  /// Takes all of them out, in no order: the peer is gone.
  std::vector<call_away> take_all();

  /// Returns a call whose deadline is not after `now`, if there is one.
  std::optional<link_call_id> find_due(steady_clock::time_point now) const;

  /// Returns the earliest deadline.
  std::optional<steady_clock::time_point> earliest() const;

  size_t size() const noexcept { return calls_.size() - withdrawn_; }

  /// Returns how many numbers are in use: those of withdrawn calls are, too.
  size_t numbers_in_use() const noexcept { return calls_.size(); }

  /// Returns how many of these calls there are for each pool, for ROUTE: it always shows
  /// the present, and stays when this has gone.
  std::shared_ptr<const open_counts> counts() const { return open_; }

  /// Calls `f(id, call)` for each.
  template <class F>
  void for_each(F&& f) const {
    calls_.for_each([&f](link_call_id id, const call_away& c) {
      if (!c.withdrawn)
        f(id, c);
    });
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  /// Nobody finds the call any more.
  void remove_from_indexes(call_away& c, link_call_id id);

  slot_table<link_call_id, call_away> calls_;
  size_t withdrawn_ = 0;
  broker::open_call_index callers_{broker::random_generation()};
  broker::call_searches searches_;
  std::set<std::pair<steady_clock::time_point, link_call_id>> by_time_;
  std::shared_ptr<open_counts> open_;
};

} // namespace troupe::cluster
