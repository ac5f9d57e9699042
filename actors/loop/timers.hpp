#pragma once

#include "actors/loop/timing_wheel.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>

namespace caf {
class execution_unit;
} // namespace caf

namespace troupe::loop {

/// The timers of the actors of one loop: request timeouts, which can be taken back when
/// the answer comes, and delayed messages. For the loop's thread only.
class timers {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param unit Receives the actors that a timer wakes.
  explicit timers(caf::execution_unit& unit);

  /// Sends `who` a `request_timeout` for its request `id` at `due`.
  void set_request_timeout(time_point due, caf::strong_actor_ptr who, caf::message_id id);

  /// Takes a request timeout back; one that is not set is ignored.
  void cancel_request_timeout(caf::actor_id who, caf::message_id id);

  /// Takes all request timeouts of `who` back.
  void cancel_request_timeouts(caf::actor_id who);

  /// Delivers `content` to `who` at `due`.
  void schedule_message(time_point due, caf::strong_actor_ptr who,
                        caf::mailbox_element_ptr content);

  /// Fires what is due.
  void expire(time_point now);

  /// Returns when `expire` is next worth calling.
  std::optional<time_point> next_wake() const { return wheel_.next_wake(); }

  /// Returns how many timers are set.
  size_t size() const noexcept { return wheel_.size(); }

private:
  struct entry {
    caf::strong_actor_ptr who;
    caf::message_id request;
    /// Empty for a request timeout.
    caf::mailbox_element_ptr content;
  };

  struct request_key {
    caf::actor_id who;
    uint64_t request;
    bool operator==(const request_key&) const = default;
    friend std::size_t hash_value(const request_key& k) {
      return static_cast<std::size_t>((k.who * 0x9E3779B97F4A7C15ULL) ^ k.request);
    }
  };

  void fire(entry& e);

  caf::execution_unit& unit_;
  timing_wheel<entry> wheel_;
  boost::unordered_flat_map<request_key, timing_wheel<entry>::handle> requests_;
};

} // namespace troupe::loop
