#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "actors/interfaces/slot_table.hpp"
#include "actors/interfaces/worker_actor.hpp"

#include <caf/typed_response_promise.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::behaviours {

/// The receiver of the outcomes of all calls that one behaviour makes. Parts of a result
/// go straight on to the caller of the behaviour, with the flow of the worker that wrote
/// them: so that worker waits for that caller. Thread-safe.
class pool_call_sink : public reply_sink {
public:
  /// A call of the behaviour's pool, whose caller takes parts.
  struct receiver {
    reply_sink_ptr sink;
    tag_id tag;
  };

  /// @param owner Is sent each outcome.
  /// @param name The behaviour's, as a worker: `front.0`.
  pool_call_sink(worker_actor owner, std::string name)
    : owner_(std::move(owner))
    , name_(std::move(name)) {}

  void settle(tag_id tag, call_result result) override;
  void chunk(tag_id tag, shared_bytes payload,
             std::shared_ptr<stream_flow> flow) override;
  call_origin origin() const override { return {caller_kind::behaviour, name_}; }

  /// Passes the parts of the call `tag` on to `to` from now on.
  void connect(tag_id tag, receiver to);
  /// Drops them from now on.
  void disconnect(tag_id tag);

private:
  worker_actor owner_;
  std::string name_;
  std::mutex mutex_;
  std::unordered_map<tag_id, receiver> receivers_;
};

/// The calls that one behaviour has open, by the tag of the sink that their outcomes come
/// back with.
class pool_calls {
public:
  struct entry {
    callee_actor callee;
    /// The call that it is made for; 0 for none.
    ticket_id parent;
    /// The behaviour's own name for it.
    tag_id name;
    caf::typed_response_promise<outcome> promise;
  };

  size_t size() const noexcept { return entries_.size(); }
  /// Returns how many are made for no call of the behaviour.
  size_t without_parent() const noexcept { return entries_.size() - by_parent_.size(); }

  /// Keeps a call and returns its tag.
  tag_id add(entry e);

  /// Takes out the call with this tag, or returns nothing.
  std::optional<entry> take(tag_id tag);

  /// Returns whether calls are made for the call with this ticket.
  bool has_any_for(ticket_id parent) const { return by_parent_.contains(parent); }

  /// Calls `f(tag, entry)` for each that is made for the call with this ticket.
  template <class F>
  void for_each_of(ticket_id parent, F&& f) {
    auto [i, end] = by_parent_.equal_range(parent);
    for (; i != end; ++i)
      f(i->second, *entries_.find(i->second));
  }

  /// Calls `f(tag, entry)` for each.
  template <class F>
  void for_each(F&& f) {
    entries_.for_each(std::forward<F>(f));
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  slot_table<tag_id, entry> entries_;
  /// The tags of calls that are made for another.
  std::unordered_multimap<ticket_id, tag_id> by_parent_;
};

} // namespace troupe::behaviours
