#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

#include <iterator>
#include <map>

namespace troupe::supervisor {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

caf::result<quantity> supervisor_state::stop(int32_t index) {
  std::unordered_set<incarnation_id> numbers;
  bool found = false;
  for (auto& s : replicas) {
    if (index >= 0 && (s.index != index || !s.plan.is_open()))
      continue;
    found = true;
    s.plan.apply(replica_event::stopped);
    s.for_each_wanted([&](incarnation& w) {
      w.leaving = true;
      numbers.insert(w.number);
      let_go(w, end_reason::stop);
    });
  }
  if (!found)
    return to_error(worker_not_found(index));
  if (replicas.all_stopped())
    starter->rest();
  if (breaker->is_open()) // the one that probed may be gone
    for (auto& s : replicas)
      probe(s);
  roll_on();
  update_condition();
  auto promise = self->make_response_promise<quantity>();
  stops.add(std::move(numbers),
            [promise](uint64_t count) mutable { promise.deliver(quantity{count}); });
  return promise;
}

namespace {

/// A `pool_status` that workers still add to.
struct collection {
  pool_status result;
  size_t missing = 1;
  std::vector<status_rounds::asker> askers;
  /// Called once all have been told.
  std::function<void()> done;

  void arrived() {
    if (--missing > 0)
      return;
    for (size_t i = 0; i + 1 < askers.size(); ++i) {
      auto copy = result;
      askers[i](copy);
    }
    askers.back()(result);
    done();
  }
};

} // namespace

fault supervisor_state::worker_not_found(int32_t index) const {
  return {code::worker_not_found, "no worker " + worker_name(pool->config.name, index)};
}

void supervisor_state::record(incarnation_id number, const worker_counters& last) {
  ended.counted += last;
  if (auto w = replicas.find_incarnation(number))
    w->counters = {}; // they are among those of the past now
  if (auto s = replicas.of_incarnation(number))
    s->past_calls += last.calls;
}

caf::result<pool_status> supervisor_state::status() {
  auto promise = self->make_response_promise<pool_status>();
  collect_status(
      [promise](pool_status& all) mutable { promise.deliver(std::move(all)); });
  return promise;
}

void supervisor_state::collect_status(std::function<void(pool_status&)> finish) {
  if (replicas.rounds.add(std::move(finish)))
    begin_round();
}

void supervisor_state::begin_round() {
  auto all = std::make_shared<collection>();
  all->askers = replicas.rounds.begin();
  all->done = [this] {
    if (replicas.rounds.end())
      begin_round();
  };
  all->result.broken = breaker->is_open();
  all->result.stopped = replicas.all_stopped();
  all->result.totals = ended.counted;
  all->result.known_replicas = static_cast<int32_t>(replicas.size());
  auto now = self->clock().now();
  std::map<incarnation_id, size_t> rows;
  for (auto& s : replicas) {
    if (!s.plan.is_open() && !s.current && !ending)
      continue; // all are shown to whoever looks why a node does not end
    replica_status row;
    row.index = s.index;
    row.restarts = s.restarts;
    row.replacements = s.replacements;
    row.past_calls = s.past_calls;
    row.last_exit = s.last.why;
    row.last_exit_time = s.last.time;
    row.last_exit_age_ms = duration_cast<milliseconds>(now - s.last.at).count();
    row.worker.state = s.plan.is_stopped() ? shown_state::stopped
                       : s.plan.waits()    ? shown_state::waiting
                                           : shown_state::down;
    if (auto w = s.shown()) {
      row.uptime_ms = duration_cast<milliseconds>(now - w->born).count();
      rows[w->number] = all->result.replicas.size();
    }
    all->result.replicas.push_back(std::move(row));
  }
  // Workers that are being replaced have no row, but their counters count.
  replicas.for_each([&](incarnation& w) {
    ++all->missing;
    auto row = rows.find(w.number);
    auto shown = row == rows.end() ? SIZE_MAX : row->second;
    self->request(w.worker, 1s, atom::status_v)
        .then(
            [this, all, shown, number = w.number,
             leaving = w.leaving](worker_status& got) {
              all->result.totals += got;
              if (auto found = replicas.find_incarnation(number))
                found->counters = got;
              if (shown != SIZE_MAX) {
                auto& worker = all->result.replicas[shown].worker;
                worker = std::move(got);
                // It does not know yet: it is told once the calls in it have ended.
                if (leaving && worker.state != shown_state::dead)
                  worker.state = shown_state::stopping;
              }
              all->arrived();
            },
            [all, known = w.counters](caf::error&) {
              all->result.totals += known;
              all->arrived();
            });
  });
  all->arrived();
}

/// The last lines of a worker are wanted most after its end, so its replica keeps them.
caf::result<log_tail> supervisor_state::tail(int32_t index) {
  auto s = replicas.find(index);
  if (!s)
    return to_error(worker_not_found(index));
  log_tail earlier{s->last.words, s->last.words.size()};
  auto w = s->shown();
  if (!w)
    return earlier;
  auto promise = self->make_response_promise<log_tail>();
  self->request(w->worker, 1s, atom::tail_v)
      .then(
          [promise, all = earlier](std::vector<std::string>& lines) mutable {
            all.lines.insert(all.lines.end(), std::make_move_iterator(lines.begin()),
                             std::make_move_iterator(lines.end()));
            promise.deliver(std::move(all));
          },
          [promise, earlier](caf::error&) mutable { promise.deliver(earlier); });
  return promise;
}

} // namespace troupe::supervisor
