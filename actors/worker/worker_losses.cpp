#include "actors/worker/worker_losses.hpp"

#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

namespace troupe::worker {

void report_lost(const worker_losses::counts& lost, const worker_life& worker) {
  auto& log = *worker.pool->log;
  if (lost.log_lines > 0)
    write_log(
        log, spdlog::level::warn, worker.about("worker_lines_dropped"),
        "{}: {} left out of the log: it writes more than {} lines or {} KiB a second",
        worker.full_name, counted(lost.log_lines, "line"), limits::log_lines,
        limits::log_bytes / 1024);
  if (lost.events == 0)
    return;
  write_log(
      log, spdlog::level::warn, worker.about("worker_events_dropped"),
      "{}: {} dropped: they came faster than the node hands them on, or were longer "
      "than {} KiB",
      worker.full_name, counted(lost.events, "event"), limits::event_bytes / 1024);
  worker.publish("worker_events_dropped", {{"count", lost.events}});
}

} // namespace troupe::worker
