#pragma once

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::loop {

class event_loop;

/// Returns the loop that `unit` is, or nullptr.
event_loop* as_loop(caf::execution_unit* unit) noexcept;

/// A typed actor that always runs on the loop on which it was spawned, whichever thread
/// sends to it: its handlers may touch the loop's descriptors without a lock. Spawned
/// without a loop (as in the deterministic tests) it runs wherever CAF likes.
template <class Handle, class State>
class pinned_actor : public Handle::template stateful_base<State> {
public:
  using super = typename Handle::template stateful_base<State>;

  explicit pinned_actor(caf::actor_config& cfg)
    : super(cfg)
    , loop_(as_loop(cfg.host))
    , home_(loop_ ? cfg.host : nullptr) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    super::enqueue(std::move(what), home_ ? home_ : unit);
  }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    super::launch(home_ ? home_ : unit, lazy, hide);
  }

  /// Returns the loop it runs on, or nullptr.
  event_loop* loop() const noexcept { return loop_; }

private:
  event_loop* loop_;
  /// The same, as CAF knows it.
  caf::execution_unit* home_;
};

} // namespace troupe::loop
