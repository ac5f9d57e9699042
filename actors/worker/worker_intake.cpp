// Handles the output of a child a part of a turn at a time, so that the calls of others
// come in between. Unrequested output, such as events, log lines or stray output, is
// handled at a bounded rate. A child that writes more is not read for a while: its pipe
// fills, and only that child is slowed down.

#include "actors/interfaces/log_level.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/loop/turn_budget.hpp"
#include "actors/worker/worker.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::worker {

using std::chrono::ceil;
using std::chrono::milliseconds;

namespace {

/// Frames between two looks at the clock.
constexpr size_t frames_a_look = 16;

/// The cost of a frame that the node did not request.
struct frame_cost {
  uint64_t operator()(const wires::frame::answer&) const { return 0; }
  uint64_t operator()(const wires::frame::chunk&) const { return 0; }
  // These are charged where they are handled.
  uint64_t operator()(const wires::frame::ready&) const { return 0; }
  uint64_t operator()(const wires::frame::refused&) const { return 0; }
  uint64_t operator()(const wires::frame::event&) const { return 0; }
  uint64_t operator()(const wires::frame::metric&) const { return 0; }
  uint64_t operator()(const wires::frame::nested_call&) const { return 0; }
  uint64_t operator()(const wires::frame::stray& x) const {
    return for_bytes(10, x.text.size());
  }
  uint64_t operator()(const wires::frame::log_line& x) const {
    return for_bytes(15, x.text.size());
  }
  uint64_t operator()(const wires::frame::reply& x) const {
    return for_bytes(20, x.bytes.size());
  }
  uint64_t operator()(const wires::frame::nothing& x) const {
    return for_bytes(x.count, x.bytes);
  }
  uint64_t operator()(const wires::frame::bad_nested_call&) const { return 20; }
  template <class Other>
  uint64_t operator()(const Other&) const {
    return 10;
  }

private:
  static uint64_t for_bytes(uint64_t units, size_t bytes) {
    return units + inflow::units_for(bytes);
  }
};

} // namespace

uint64_t worker_state::cost_of(const wires::wire_frame& f) {
  return std::visit(frame_cost{}, f);
}

void worker_state::on_output(uint8_t channel, shared_bytes bytes) {
  if (process && channel == 0)
    process->took_output();
  said.add(channel, std::move(bytes));
  handle_said();
}

void worker_state::on_log(shared_bytes bytes) {
  logged.add(0, std::move(bytes));
  handle_logged();
}

void worker_state::handle_said() {
  if (said.waits)
    return;
  loop::turn_budget budget;
  while (handle_frames(budget) && !said.empty()) // no frame at all is next to no work
    feed(said.take(budget.piece()));
  apply_reading();
  end_if_all_is_handled();
}

void worker_state::feed(const inflow::piece& piece) {
  if (piece.channel > 0)
    wire->feed_control(piece.bytes, said.frames());
  else if (piece.bytes.empty())
    on_end_of_output();
  else
    feed(piece.bytes);
}

void worker_state::feed(const shared_bytes& bytes) {
  if (phase == worker_phase::starting)
    start.remember(bytes.view());
  wire->feed(bytes, said.frames());
}

bool worker_state::hear_all() {
  if (process->fetch_output())
    return false;
  // No more than a few reads: while something waits here the child is not read.
  for (;;) {
    while (auto f = said.next())
      on_frame(*f);
    said.forget_frames();
    if (said.empty())
      return true;
    feed(said.take(limits::read_chunk));
  }
}

/// Returns whether there is time for more.
bool worker_state::handle_frames(loop::turn_budget& budget) {
  if (!said.has_frames())
    return true;
  while (auto f = said.next()) {
    on_frame(*f);
    if (said.handled() % frames_a_look == 0 && !may_go_on(said, timer::said, budget))
      return false;
  }
  said.forget_frames();
  return (said.empty() && !said.is_charged()) || may_go_on(said, timer::said, budget);
}

void worker_state::handle_logged() {
  if (logged.waits)
    return;
  loop::turn_budget budget;
  while (!logged.empty()) {
    logged.take_lines(budget.piece(),
                      [this](std::string_view line) { log_error_line(line); });
    if (!may_go_on(logged, timer::logged, budget))
      break;
  }
  apply_reading();
  end_if_all_is_handled();
}

bool worker_state::may_go_on(inflow& in, timer t, loop::turn_budget& budget) {
  // Of one that has ended nothing more will come: it is not slowed down.
  auto debt = ended ? std::chrono::nanoseconds{0} : in.debt(now());
  if (debt.count() > 0) {
    auto pause = std::max(ceil<milliseconds>(debt), milliseconds{limits::unasked_pause});
    reading.note_pause(pause);
    in.waits = true;
    set_timer(t, pause);
    return false;
  }
  if (!budget.is_over())
    return true;
  in.waits = true;
  auto go_on = [me = worker_actor{self}, t] {
    caf::anon_send(me, internal::timer_v, timer_id{static_cast<uint64_t>(t)});
  };
  if (auto loop = self->loop())
    loop->next_turn(go_on);
  else
    go_on();
  return false;
}

void worker_state::update_reading() {
  auto is_behind = slots.any_flow_is_full();
  if (reading.client_is_behind() && !is_behind) // now its answers can be read
    slots.put_off(now() + limits::cancel_grace);
  reading.set_client_behind(is_behind);
  if (reading.owes_answers() && process
      && process->outbox().size() < limits::child_backlog / 2) {
    reading.set_owes_answers(false);
    process->report_writes(false);
  }
  apply_reading();
}

void worker_state::apply_reading() {
  if (process)
    reading.apply(*process, said.waits || !said.empty(), logged.waits || !logged.empty());
}

// -- what goes into the log and to EVENTS -------------------------------------------

bool worker_state::may_log(std::string_view line) {
  if (losses.admit_line(line.size(), now()))
    return true;
  count_dropped(metrics::dropped_kind::log_line);
  report_losses_later();
  return false;
}

void worker_state::log_error_line(std::string_view line) {
  if (!may_log(line))
    return;
  logged.charge(20);
  auto [severity, text] = split_priority(line);
  auto fields = about("worker_stderr");
  std::string request_id;
  if (auto only = only_call()) {
    request_id = json_text::unescape(only->request_id.view());
    fields.request_id = request_id;
    fields.trace_id = trace_id_of(only->trace);
  }
  write_log(*pool->log, to_spdlog(severity.value_or(log_severity::info)), fields,
            "{}: stderr: {}", full_name, text);
}

void worker_state::publish_event(const shared_bytes& payload) {
  said.charge(25, payload.size());
  auto e = reports.make_event("worker_event", {{"payload", relayed_json{payload.str()}}});
  if (!losses.admit_event(e.cost())) {
    count_dropped(metrics::dropped_kind::event);
    return report_losses_later();
  }
  e.flow = losses.flow();
  reports.publish(std::move(e));
}

void worker_state::collect_metric(const shared_bytes& payload) {
  using refusal = metrics::collected_metrics::refusal;
  said.charge(25, payload.size());
  auto [refused, is_first] = pool->records.counts->collected.take(payload.view());
  if (refused == refusal::none)
    return;
  count_dropped(refused == refusal::too_many_series ? metrics::dropped_kind::metric_series
                                                    : metrics::dropped_kind::metric);
  if (is_first)
    write_log(*pool->log, spdlog::level::warn, about("metric_sample_dropped"),
              "{}: a sample of a metric is dropped: {}: {} (further ones are only "
              "counted)",
              full_name, explain(refused),
              printable(payload.view().substr(0, limits::log_excerpt)));
}

void worker_state::report_losses_later() {
  if (!std::exchange(losses.report_set, true))
    set_timer(timer::losses, limits::loss_report);
}

void worker_state::report_losses() {
  losses.report_set = false;
  report_lost(losses.take_untold(), *this);
}

} // namespace troupe::worker
