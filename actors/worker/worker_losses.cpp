#include "actors/worker/worker_losses.hpp"

#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

namespace troupe::worker {

void report_lost(const worker_losses::counts& lost, spdlog::logger& log,
                 const worker_reports& reports) {
  auto name = reports.name().view();
  if (lost.log_lines > 0)
    log.warn(
        "{}: {} left out of the log: it writes more than {} lines or {} KiB a second",
        name, counted(lost.log_lines, "line"), limits::log_lines,
        limits::log_bytes / 1024);
  if (lost.events == 0)
    return;
  log.warn("{}: {} dropped: they came faster than the node hands them on, or were longer "
           "than {} KiB",
           name, counted(lost.events, "event"), limits::event_bytes / 1024);
  reports.publish("worker_events_dropped", {{"count", lost.events}});
}

} // namespace troupe::worker
