#include "actors/worker/worker_base.hpp"

namespace troupe::worker {

void worker_base::identify(pool_context_ptr context, worker_identity who,
                           supervisor_actor supervisor, os::launcher_ptr launcher) {
  worker_life::identify(std::move(context), who, std::move(supervisor));
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
  count_start();
  report_begin();
  publish("worker_started", {{"pid", pid}});
  if (ending.has_begun()) {
    end_by_force();
    return false;
  }
  return true;
}

log_fields worker_base::about(std::string_view event) const {
  auto fields = worker_life::about(event);
  if (pid > 0)
    fields.pid = pid;
  return fields;
}

void worker_base::drop_child() {
  if (process)
    report_cpu(process->cpu_used());
  process.reset();
}

worker_status worker_base::status() const {
  auto s = worker_life::status();
  s.pid = pid;
  return s;
}

fault worker_base::with_diagnostics(fault f) const {
  f = worker_life::with_diagnostics(std::move(f));
  if (pid > 0)
    f.details.worker->pid = pid;
  return f;
}

} // namespace troupe::worker
