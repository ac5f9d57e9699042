#include "actors/broker/broker.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

/// What BROKER says in the log about single calls.
namespace troupe::broker {

void broker_state::log_call(spdlog::level::level_enum level, std::string_view event,
                            const call& c, const fault& why, std::string_view what,
                            std::optional<call_times> times) {
  if (!pool->log->should_log(level))
    return;
  auto left_out = watch.lines.admit(self->clock().now());
  if (!left_out)
    return;
  auto kind = json_text::unescape(c.kind.view());
  auto request_id = json_text::unescape(c.request_id.view());
  auto error = to_string(why.what);
  log_fields about{.event = event, .pool = pool->config.name};
  if (auto& worker = why.details.worker) {
    about.worker = worker->name;
    about.pid = worker->pid;
  }
  about.request_id = request_id;
  about.trace_id = trace_id_of(c.trace);
  about.code = error;
  if (why.details.end)
    about.reason = word_for(why.details.end->reason);
  about.kind = kind;
  if (times) {
    about.waited_ms = times->waited.count();
    about.run_ms = times->run.count();
  }
  auto before =
      *left_out > 0 ? "; " + counted(*left_out, "line") + " about calls left out" : "";
  write_log(*pool->log, level, about, "{}: a call of kind {} {}{}", pool->config.name,
            std::string_view{kind}.substr(0, limits::log_excerpt), what, before);
}

void broker_state::log_admitting(std::optional<steady_clock::duration> drained_for) {
  auto& mine = pool->config.name;
  auto write = [&](std::string_view event, const std::string& what) {
    write_log(*pool->log, spdlog::level::info, {.event = event, .pool = mine}, "{}: {}",
              mine, what);
  };
  if (!drained_for)
    return write("pool_drained", "drained by an operator: takes no new calls; "
                                     + std::to_string(queue.size()) + " waiting, "
                                     + std::to_string(running.waited_for()) + " running");
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*drained_for).count();
  write("pool_resumed", "resumed by an operator after "
                            + counted(static_cast<uint64_t>(seconds), "second"));
}

void broker_state::log_failure(const call& c, const fault& why,
                               std::optional<call_times> times) {
  // That a call was not done in time may be what its caller wants.
  auto level = why.what == code::timeout ? spdlog::level::info : spdlog::level::warn;
  log_call(level, "call_failed", c, why, "has failed: " + why.message, times);
}

} // namespace troupe::broker
