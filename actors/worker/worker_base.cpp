#include "actors/worker/worker_base.hpp"

#include "protocol/base/address.hpp"

namespace troupe::worker {

void worker_base::identify(pool_context_ptr context, worker_identity who,
                           supervisor_actor supervisor, os::launcher_ptr launcher) {
  pool = std::move(context);
  full_name = worker_name(pool->config.name, who.index);
  reports = {who, full_name, std::move(supervisor), pool->events};
  starter = std::move(launcher);
}

bool worker_base::take_child(os::launch_result& r) {
  if (!r) {
    step(worker_event::ended);
    quit(r.error());
    return false;
  }
  process = *std::move(r);
  pid = process->pid();
  if (ending.has_begun()) {
    end_by_force();
    return false;
  }
  publish("worker_started", {{"pid", pid}});
  return true;
}

worker_status worker_base::status() const {
  worker_status s;
  static_cast<worker_counters&>(s) = counters;
  s.pid = pid;
  s.state = shown_as(phase);
  return s;
}

fault worker_base::with_diagnostics(fault f) const {
  auto& worker = f.details.worker.emplace(worker_facts{full_name});
  if (pid > 0)
    worker.pid = pid;
  return f;
}

} // namespace troupe::worker
