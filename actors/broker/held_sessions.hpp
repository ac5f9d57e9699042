#pragma once

#include "actors/broker/worker_set.hpp"
#include "actors/interfaces/pending_call.hpp"

#include <caf/typed_response_promise.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::broker {

/// A session between two steps: a worker is kept for it.
struct held_session {
  /// Absent until the worker of an earlier node has been adopted.
  worker_set::ref worker;
  /// The next step, if it came before that worker.
  std::optional<pending_call> next;
  /// Is told when the worker is gone.
  std::optional<caf::typed_response_promise<atom::watch_session>> watcher;
  /// Why the worker is gone, until a caller was told.
  std::optional<fault> lost;

  /// Drops the watcher.
  void stop_watching();
};

/// The paused sessions of a pool, and the slots that workers keep for them.
class held_sessions {
public:
  /// Ends a step that waited for its worker.
  using step_end = std::function<void(pending_call&, const fault&)>;

  /// Adds a session whose worker an earlier node has left. That worker is still to
  /// come.
  void expect(const std::string& session) { all_[session]; }

  /// The session paused in `worker`, which keeps a slot for it.
  held_session& hold(const std::string& session, worker_set::ref worker);

  /// Returns the session, or nullptr if it is not held.
  held_session* find(std::string_view session);

  /// Forgets a session that goes on, or has ended.
  void remove(std::string_view session);

  /// Loses the sessions of a worker that is gone. Waiting callers get the fault; if a
  /// session has none, its next caller does.
  void lose(worker_set::ref worker, const fault& why, const step_end& end);

  /// Loses a session whose worker does not come.
  void lose(const std::string& session, const fault& why, const step_end& end);

  /// Tells all waiting callers.
  void fail_all(const fault& why, const step_end& end);

  /// The worker is asked to end a session, and keeps the slot until it has.
  void begin_end(worker_set::ref worker) { ending_.push_back(worker); }
  void finish_end(worker_set::ref worker);

  /// Calls `f(worker)` for each slot that is kept for a session.
  template <class F>
  void for_each_slot(F&& f) const {
    for (auto& [id, h] : all_)
      if (!h.lost && h.worker.incarnation != 0)
        f(h.worker);
    for (auto& worker : ending_)
      f(worker);
  }

  /// Returns how many steps wait for a worker to come.
  size_t waiting_steps() const;

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  /// By id.
  std::map<std::string, held_session, std::less<>> all_;
  /// The workers in which sessions are being ended: one element for each such session.
  std::vector<worker_set::ref> ending_;
};

/// Returns the fault of a session whose worker is gone.
fault session_worker_gone();

} // namespace troupe::broker
