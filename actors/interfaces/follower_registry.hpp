#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/follower_actor.hpp"
#include "actors/interfaces/kind_registry.hpp"
#include "actors/loop/pinned.hpp"
#include "protocol/base/result.hpp"

#include <boost/json/object.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// What a follower knows of its place.
struct follower_context {
  /// The name of its node.
  std::string node;
  /// `alerts` of `[follower.alerts]`.
  std::string name;
  /// `[follower.NAME.options]`, which `follower_kind::check` has let pass.
  boost::json::object options;
  /// What paths in the options are relative to.
  std::filesystem::path folder;
  /// Writes a line into the node's log. On any thread.
  std::function<void(log_severity, std::string)> log;
  /// Tells FEED that the batch could not be delivered and is tried again: it is counted,
  /// logged and shown. On any thread.
  std::function<void(delivery_trouble)> report;
};

/// Starts the actor of a follower.
class follower_start {
public:
  /// @param home The loop of `parent`; null where there is none, as in tests.
  follower_start(caf::local_actor& parent, loop::event_loop* home,
                 behaviour_thread thread, follower_context context)
    : parent_(&parent)
    , home_(home)
    , thread_(thread)
    , context_(std::move(context)) {}

  const follower_context& context() const noexcept { return context_; }

  /// Returns the loop on which a follower of `behaviour_thread::loop` runs.
  loop::event_loop* home() const noexcept { return home_; }

  /// Spawns the actor of the function `fun`, on the thread that its kind has.
  /// @param fun `(follower_self<State>*, follower_context, more…)`; returns the behavior.
  template <class F, class... Ts>
  follower_actor spawn(F fun, Ts&&... more) {
    return thread_ == behaviour_thread::own
               ? parent_->spawn<caf::detached>(fun, std::move(context_),
                                               std::forward<Ts>(more)...)
               : parent_->spawn(fun, std::move(context_), std::forward<Ts>(more)...);
  }

private:
  caf::local_actor* parent_;
  loop::event_loop* home_;
  behaviour_thread thread_;
  follower_context context_;
};

/// The actor of a follower. A throw in a handler ends it, with the words of the
/// exception.
/// @tparam State See `behaviour_self_of`.
template <class State = no_state>
using follower_self = behaviour_self_of<follower_actor, State>;

/// Spawns the actor of a follower: `return start.spawn(fun);`. On a loop, each time that
/// the follower is started.
using follower_spawner = std::function<follower_actor(follower_start start)>;

/// A follower that has what it needs.
struct equipped_follower {
  follower_spawner spawn;
  /// What was read beside the options, such as a key. A reload restarts the follower if
  /// this differs.
  std::string read = {};
};

/// A follower, as it is registered.
struct follower_kind {
  /// The value of the key `behaviour`.
  std::string name;
  /// One line for people: what it does with events.
  std::string description;
  behaviour_thread thread = behaviour_thread::own;
  /// Returns what is wrong with the options, which may be on any thread; must be quick.
  /// Without it the follower has no options. `behaviour_options.hpp` helps.
  std::function<std::vector<option_mistake>(const boost::json::object&)> check = {};
  /// Reads what options that `check` has let pass refer to, such as files, or returns
  /// what is wrong with one of them. Before the node starts, and at a reload: may take as
  /// long as the file system does, and is never on a loop.
  /// @param folder What paths in the options are relative to.
  std::function<result<equipped_follower, option_mistake>(
      const boost::json::object& options, const std::filesystem::path& folder)>
      equip;
};

using follower_registry = kind_registry<follower_kind>;

} // namespace troupe
