#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/log_limits.hpp"

#include <spdlog/spdlog.h>

namespace troupe::supervisor {

void supervisor_state::record_end(replica& s, const incarnation& gone, const fault& why,
                                  bool in_place) {
  auto worker = worker_name(pool->config.name, s.index);
  auto reason = reason_in(why);
  if (gone.adopted && !gone.ready) // it had ended before, or is of no use
    write_log(*pool->log, spdlog::level::warn, about("worker_not_adopted", worker),
              "{}: not taken over: {}", worker, why.message);
  if (!reason && (why.what == code::none || why.what == code::shutting_down))
    return; // no process has ended: there was none yet, or it was left running
  auto& last = s.last.ensure();
  last.why = why;
  last.time = std::chrono::system_clock::now();
  last.at = self->clock().now();
  auto on_purpose = reason && is_planned(*reason);
  auto& counts = *pool->observed.activity;
  if (!on_purpose)
    ++counts.ends;
  else if (*reason == end_reason::restart)
    ++counts.restarts;
  else if (*reason == end_reason::reload)
    ++counts.reloads;
  if (in_place && !on_purpose)
    ++s.restarts;
  else if (in_place && *reason != end_reason::stop && *reason != end_reason::shutdown)
    ++s.replacements;
  if (gone.adopted && !gone.ready && !reason)
    return; // the node did not see its end
  if (on_purpose)
    log_end(spdlog::level::info, worker, why);
  else if (gone.ready || may_log_death())
    log_end(spdlog::level::warn, worker, why);
}

void supervisor_state::log_end(spdlog::level::level_enum level, std::string_view worker,
                               const fault& why) const {
  auto reason = reason_in(why);
  auto error = to_string(why.what);
  auto fields = about(reason ? "worker_exited" : "worker_start_failed", worker);
  if (why.what != code::none) // an end that was wanted is no error
    fields.code = error;
  if (reason)
    fields.reason = word_for(*reason);
  if (auto& gone = why.details.worker) {
    fields.pid = gone->pid;
    fields.request_id = gone->request_id;
    fields.trace_id = gone->trace_id;
  }
  write_log(*pool->log, level, fields, "{}", describe_end(worker, why));
}

log_fields supervisor_state::about(std::string_view event,
                                   std::string_view worker) const {
  return {.event = event, .pool = pool->config.name, .worker = worker};
}

/// Limits only workers that never became ready: the breaker soon stops the others.
bool supervisor_state::may_log_death() {
  tell_dropped_deaths(ended.lines.renew(self->clock().now()));
  auto admitted = ended.lines.admit();
  if (admitted == death_lines::admission::drop_first)
    self->delayed_send(self, limits::death_lines_period, internal::tell_dropped_v);
  return admitted == death_lines::admission::write;
}

void supervisor_state::tell_dropped_deaths(uint64_t count) {
  if (count > 0)
    write_log(*pool->log, spdlog::level::warn, about("worker_exits_left_out"),
              "{}: {} more workers ended before they were ready", pool->config.name,
              count);
}

void supervisor_state::keep_last_words(incarnation_id number,
                                       std::vector<std::string>& lines) {
  if (auto s = replicas.of_incarnation(number); s && !lines.empty())
    s->last.ensure().words = std::move(lines);
}

} // namespace troupe::supervisor
