#include "actors/behaviours/host.hpp"

#include "actors/interfaces/log_level.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace troupe::behaviours {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using worker::call_slot;
using worker::worker_phase;

void host_state::log(const log_line& line) {
  auto text = std::string_view{line.text}.substr(0, limits::stderr_line_bytes);
  lines.feed(text, [](std::string_view) {});
  lines.finish([](std::string_view) {});
  if (losses.admit_line(text.size(), now()))
    write_log(*pool->log, to_spdlog(line.severity), about("worker_log"), "{}: {}",
              full_name, text);
  else {
    count_dropped(metrics::dropped_kind::log_line);
    report_losses_later();
  }
}

void host_state::publish_event(const shared_bytes& payload) {
  if (!json_text::is_valid(payload.view()))
    return log({log_severity::warn, "an event that is no JSON text is dropped"});
  auto e = reports.make_event("worker_event", {{"payload", relayed_json{payload.str()}}});
  if (!losses.admit_event(e.cost())) {
    count_dropped(metrics::dropped_kind::event);
    return report_losses_later();
  }
  e.flow = losses.flow();
  reports.publish(std::move(e));
}

void host_state::report_losses_later() {
  if (!std::exchange(losses.report_set, true))
    set_timer(timer::losses, limits::loss_report);
}

void host_state::report_losses() {
  losses.report_set = false;
  report_lost(losses.take_untold(), *this);
}

worker_status host_state::status() const {
  auto s = worker_life::status();
  s.window = phase == worker_phase::starting ? 0 : pool->config.window;
  s.in_flight = static_cast<uint32_t>(slots.running());
  s.abandoned = static_cast<uint32_t>(slots.abandoned());
  s.dropped_events = losses.total().events;
  s.dropped_log_lines = losses.total().log_lines;
  if (auto oldest = slots.oldest_active()) {
    s.current_kind = json_text::unescape(oldest->kind.view());
    s.current_age_ms = duration_cast<milliseconds>(now() - oldest->started).count();
    s.current_abandoned = oldest->state == call_slot::use::abandoned;
  }
  s.name = pool->config.behaviour.name;
  return s;
}

fault host_state::with_diagnostics(fault f) const {
  f = worker_life::with_diagnostics(std::move(f));
  f.details.worker->stderr_lines = lines.last(limits::stderr_tail);
  return f;
}

std::optional<std::string> host_state::verify() const {
  for (auto& wrong : {slots.verify(), calls.verify()})
    if (wrong)
      return wrong;
  auto is_used = slots.used() > 0;
  if (is_used && (phase == worker_phase::starting || phase == worker_phase::ready))
    return "host: a slot is in use in a worker that is not busy";
  if (!is_used && phase == worker_phase::busy)
    return "host: a worker is busy in which no slot is in use";
  return std::nullopt;
}

} // namespace troupe::behaviours
