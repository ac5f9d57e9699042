#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/supervisor_actor.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace troupe::worker {

/// The identity of a worker.
struct worker_identity {
  /// The index of its replica.
  int32_t index = 0;
  /// Unique among the pool's workers, past and present.
  incarnation_id incarnation;
  /// Its loop among those of the pool; 0 is that of BROKER and SUPERVISOR.
  size_t loop = 0;
};

/// The reports of a worker to its supervisor and to followers of events.
class worker_reports {
public:
  worker_reports() = default;

  /// @param name The worker's, e.g. `echo.0`.
  worker_reports(worker_identity who, std::string name, supervisor_actor supervisor,
                 events_actor events);

  const worker_identity& who() const noexcept { return who_; }

  /// The worker's name.
  const shared_bytes& name() const noexcept { return name_; }

  /// Adds a member to each event of this worker, after its name.
  void introduce(std::string_view key, std::string_view value) {
    introduction_.push_back({key, value});
  }

  // -- to EVENTS -----------------------------------------------------------------

  event make_event(std::string kind, std::initializer_list<event_member> more) const;
  void publish(event e) const;
  void publish(std::string kind, std::initializer_list<event_member> more) const {
    publish(make_event(std::move(kind), more));
  }

  // -- to SUPERVISOR: see its interface --------------------------------------------

  void ready(const worker_info& info) const;
  void retire() const;
  void recycle(end_reason why) const;
  void idle() const;
  void last_words(std::vector<std::string> lines) const;
  void record(const worker_counters& counters) const;

private:
  worker_identity who_;
  shared_bytes name_;
  supervisor_actor supervisor_;
  events_actor events_;
  /// The members that each event begins with, after the name.
  event_members introduction_;
};

} // namespace troupe::worker
