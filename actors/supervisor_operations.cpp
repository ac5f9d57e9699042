#include "actors/supervisor.hpp"
#include "protocol/address.hpp"

#include <algorithm>

namespace troupe {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

caf::result<uint64_t> supervisor_state::stop(int32_t index) {
  stopping waiting;
  bool found = false;
  for (auto& s : seats) {
    if (index >= 0 && (s.index != index || !s.open))
      continue;
    found = true;
    s.stopped = true;
    s.start_at.reset();
    for (auto* w :
         {s.current ? &*s.current : nullptr, s.successor ? &*s.successor : nullptr})
      if (w) {
        w->leaving = true;
        waiting.numbers.insert(w->number);
        let_go(*w, "stopped");
      }
  }
  if (!found)
    return to_error({code::worker_not_found,
                     "no worker " + worker_name(pool->config.name, index),
                     {}});
  if (breaker->is_open()) // the one that probed may be gone
    for (auto& s : seats)
      probe(s);
  roll_on();
  update_condition();
  waiting.count = waiting.numbers.size();
  waiting.promise = self->make_response_promise<uint64_t>();
  auto promise = waiting.promise;
  stops.push_back(std::move(waiting));
  check_stopped(0); // there may be none
  return promise;
}

void supervisor_state::check_stopped(uint64_t ended) {
  std::erase_if(stops, [ended](stopping& waiting) {
    waiting.numbers.erase(ended);
    if (waiting.numbers.empty())
      waiting.promise.deliver(waiting.count);
    return waiting.numbers.empty();
  });
}

caf::result<crew_status> supervisor_state::status() {
  struct collection {
    crew_status result;
    size_t missing = 0;
    caf::typed_response_promise<crew_status> promise;
  };
  auto all = std::make_shared<collection>();
  all->promise = self->make_response_promise<crew_status>();
  all->result.broken = breaker->is_open();
  all->result.stopped =
      std::all_of(seats.begin(), seats.end(), [](const seat& s) { return s.stopped; });
  all->missing = 1;
  auto one_less = [all] {
    if (--all->missing == 0)
      all->promise.deliver(std::move(all->result));
  };
  auto now = self->clock().now();
  for (auto& s : seats) {
    if (!s.open && !s.current)
      continue;
    seat_status row;
    row.index = s.index;
    row.restarts = s.restarts;
    row.last_exit = s.last_exit;
    row.worker.state = s.stopped ? "stopped" : s.start_at ? "waiting" : "down";
    auto w = s.current ? &*s.current : s.successor ? &*s.successor : nullptr;
    if (w)
      row.uptime_ms = duration_cast<milliseconds>(now - w->born).count();
    all->result.seats.push_back(std::move(row));
    if (!w)
      continue;
    ++all->missing;
    auto i = all->result.seats.size() - 1;
    self->request(w->worker, 1s, atom::status_v)
        .then(
            [all, i, one_less](worker_status& got) {
              all->result.seats[i].worker = std::move(got);
              one_less();
            },
            [one_less](caf::error&) { one_less(); });
  }
  one_less();
  return all->promise;
}

caf::result<std::vector<std::string>> supervisor_state::tail(int32_t index) {
  auto s = find_seat(index);
  if (!s || (!s->open && !s->current))
    return to_error({code::worker_not_found,
                     "no worker " + worker_name(pool->config.name, index),
                     {}});
  if (!s->current)
    return std::vector<std::string>{};
  return self->delegate(s->current->worker, atom::tail_v);
}

} // namespace troupe
