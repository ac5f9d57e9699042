#include "actors/interfaces/request_with_timeout.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

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
    loops->rest();
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

/// A worker that a round asks.
struct asked_worker {
  worker_actor worker;
  incarnation_id number;
  /// Its row; SIZE_MAX for one that is being replaced: its counters count.
  size_t row = SIZE_MAX;
  bool leaving = false;
  /// What it had counted when it was asked before.
  worker_counters known;
};

/// A `pool_status` that workers still add to.
struct collection {
  pool_status result;
  size_t missing = 1;
  std::vector<asked_worker> workers;
  /// The first of them that was not asked yet.
  size_t next = 0;
  steady_clock::time_point until;
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

  void add(const asked_worker& w, worker_status& got) {
    result.totals += got;
    if (w.row == SIZE_MAX)
      return;
    auto& worker = result.replicas[w.row].worker;
    worker = std::move(got);
    // It does not know yet: it is told once the calls in it have ended.
    if (w.leaving && worker.state != shown_state::dead)
      worker.state = shown_state::stopping;
  }
};

/// Returns what is known of a replica without its worker.
replica_status describe(replica& s, steady_clock::time_point now) {
  replica_status row;
  row.index = s.index;
  row.restarts = s.restarts;
  row.replacements = s.replacements;
  row.past_calls = s.past_calls;
  if (s.last) {
    row.last_exit = s.last->why;
    row.last_exit_time = s.last->time;
    row.last_exit_age_ms = duration_cast<milliseconds>(now - s.last->at).count();
  }
  row.worker.state = s.plan.is_stopped() ? shown_state::stopped
                     : s.plan.waits()    ? shown_state::waiting
                                         : shown_state::down;
  if (auto w = s.shown())
    row.uptime_ms = duration_cast<milliseconds>(now - w->born).count();
  return row;
}

/// Asks the next worker, if there is one, and after its answer another one. When the time
/// is over, no other is asked.
void ask_next(supervisor_state& st, const std::shared_ptr<collection>& all) {
  while (all->next < all->workers.size()) {
    auto& w = all->workers[all->next++];
    auto missed = [all, &w] {
      all->result.totals += w.known;
      all->arrived();
    };
    auto left = all->until - st.self->clock().now();
    if (left.count() <= 0) {
      missed();
      continue;
    }
    request_with_timeout<worker_status>(
        st.self, w.worker, left, atom::status_v,
        [&st, all, &w](worker_status& got) {
          if (auto found = st.replicas.find_incarnation(w.number))
            found->counters = got;
          all->add(w, got);
          all->arrived();
          ask_next(st, all);
        },
        [&st, all, missed](caf::error&) {
          missed();
          ask_next(st, all);
        });
    return;
  }
}

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
  all->until = now + 1s;
  all->result.replicas.reserve(replicas.count_open());
  all->workers.reserve(replicas.living.size());
  for (auto& s : replicas) {
    // All are shown to whoever looks why a node does not end.
    auto is_shown = s.plan.is_open() || s.current || ending;
    auto row = is_shown ? all->result.replicas.size() : SIZE_MAX;
    if (is_shown)
      all->result.replicas.push_back(describe(s, now));
    auto shown = s.shown();
    replica::for_each(s, [&](incarnation& w) {
      all->workers.push_back(
          {w.worker, w.number, &w == shown ? row : SIZE_MAX, w.leaving, w.counters});
    });
  }
  all->missing += all->workers.size();
  for (size_t i = 0; i < status_rounds::most_asked; ++i)
    ask_next(*this, all);
  all->arrived();
}

/// The last lines of a worker are wanted most after its end, so its replica keeps them.
caf::result<log_tail> supervisor_state::tail(int32_t index) {
  auto s = replicas.find(index);
  if (!s)
    return to_error(worker_not_found(index));
  log_tail earlier;
  if (s->last)
    earlier = {s->last->words, s->last->words.size()};
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
