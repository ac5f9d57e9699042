#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "actors/interfaces/behaviour_self.hpp"
#include "protocol/config/behaviour.hpp"
#include "protocol/config/behaviour_table.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// What a behaviour knows of its place.
struct behaviour_context {
  /// The names of its node, its pool and its worker, e.g. `alpha`, `sum`, `sum.0`. The
  /// pool of the operation `support` is `$support`.
  std::string node;
  std::string pool;
  std::string worker;
  /// The pool that it stands before; empty for none.
  std::string of;
  /// `[pool.NAME.options]` or `[operation.NAME.options]`, which `behaviour_kind::check`
  /// has let pass.
  boost::json::object options;
  behaviour_host_actor host;

  /// Writes a line into the node's log, for `self`.
  template <class Self>
  void log(Self* self, log_severity severity, std::string text) const {
    self->send(host, log_line{severity, std::move(text)});
  }
};

/// Whether a behaviour stands before another pool, which the key `of` names.
enum class behaviour_place : uint8_t {
  /// `of` is refused.
  alone,
  /// `of` must be there.
  before_pool,
  either,
  /// It is an operation of the node, which `[operation.NAME]` names. No pool can have it.
  /// Its host lets it call the other operations: `$node`, or `$node@beta`.
  operation,
};

/// The thread of a behaviour.
enum class behaviour_thread : uint8_t {
  /// Each worker has its own: the behaviour may wait and compute.
  own,
  /// The loop of its pool, which saves two hand-offs between threads for each call. Only
  /// for code that never waits, and takes microseconds: it holds up all pools of the
  /// loop.
  loop,
};

/// An option that is not what it should be.
struct option_mistake {
  /// Its key; empty if one is missing.
  std::string option;
  /// E.g. `expected an integer from 1 to 100, not 0`.
  std::string message;
};

/// An actor that `behaviour_kind::spawn` has started.
class spawned_behaviour {
public:
  spawned_behaviour(behaviour_actor one)
    : actor_(std::move(one)) {}
  spawned_behaviour(cancellable_behaviour_actor one)
    : actor_(one)
    , cancellable_(std::move(one)) {}

  const behaviour_actor& actor() const noexcept { return actor_; }
  /// Returns the same actor, or null if it does not take `cancel`.
  const cancellable_behaviour_actor& cancellable() const noexcept { return cancellable_; }

private:
  behaviour_actor actor_;
  cancellable_behaviour_actor cancellable_;
};

/// Starts the actor of one worker.
class behaviour_start {
public:
  behaviour_start(caf::local_actor& parent, behaviour_thread thread,
                  behaviour_context context)
    : parent_(&parent)
    , thread_(thread)
    , context_(std::move(context)) {}

  /// Returns what the worker is told, to take options from.
  const behaviour_context& context() const noexcept { return context_; }

  /// Spawns the actor of the function `fun`, on the thread that its kind has.
  /// @param fun `(behaviour_self<State>*, behaviour_context, more…)`, or with a
  /// `cancellable_behaviour_self<State>*`; returns the behavior. It runs on the actor's
  /// thread: the worker is ready when it has returned.
  template <class F, class... Ts>
  auto spawn(F fun, Ts&&... more) {
    return thread_ == behaviour_thread::own
               ? parent_->spawn<caf::detached>(fun, std::move(context_),
                                               std::forward<Ts>(more)...)
               : parent_->spawn(fun, std::move(context_), std::forward<Ts>(more)...);
  }

private:
  caf::local_actor* parent_;
  behaviour_thread thread_;
  behaviour_context context_;
};

/// A behaviour, as it is registered.
struct behaviour_kind {
  /// The value of the key `behaviour`.
  std::string name;
  /// One line for people: what its workers do.
  std::string description;
  behaviour_place place = behaviour_place::alone;
  behaviour_thread thread = behaviour_thread::own;
  /// The calls that a worker has at once, if its pool does not say. An operation has one
  /// worker.
  uint32_t window = 1;
  /// Returns what is wrong with the options, which may be on any thread; must be quick.
  /// Without it the behaviour has no options. `behaviour_options.hpp` helps.
  std::function<std::vector<option_mistake>(const boost::json::object&)> check = {};
  /// Returns the pools that options which `check` has let pass name, beside `of`: the
  /// configuration is refused if they are not there. Empty where options name none.
  std::function<std::vector<config::named_pool>(const boost::json::object&)> pools = {};
  /// Spawns the actor of a worker: `return start.spawn(fun);`. On the loop of its pool.
  std::function<spawned_behaviour(behaviour_start start)> spawn;
  /// The absolute path of the plugin that it came with, which the node fills in; empty
  /// for all others.
  std::string plugin = {};
};

/// The behaviours of a node, by name. Filled before the node starts and read from then
/// on, by any thread.
class behaviour_registry {
public:
  /// Adds a behaviour; one of the same name is replaced.
  void add(behaviour_kind k);

  /// Returns the behaviour of this name, or nullptr.
  const behaviour_kind* find(std::string_view name) const;

  /// Returns the names of those that a pool may have, comma-separated, for messages.
  std::string names() const;

  /// Returns those that are operations, as the reader of a configuration knows them.
  config::behaviour_table operations() const;

private:
  std::map<std::string, behaviour_kind, std::less<>> all_;
};

} // namespace troupe
