#include "actors/broker/broker.hpp"

#include <map>
#include <numeric>

/// The invariants between the parts of a BROKER's state. Each part has its own.
namespace troupe::broker {

namespace {

using broken_rule = std::optional<std::string>;

/// Each call whose caller waits is in one place, and the index knows which.
broken_rule verify_places(const broker_state& s) {
  size_t known = 0;
  auto lost = false;
  s.queue.for_each([&](const call_queue::place& p, const pending_call& c) {
    ++known;
    lost = lost || !s.open.has_at(c, p);
  });
  s.running.for_each([&](size_t i, const running_call& f) {
    if (f.abandoned) {
      lost = lost || f.call.entry != 0;
    } else {
      ++known;
      lost = lost || !s.open.has_at(f.call, i);
    }
  });
  if (lost)
    return "broker: the index does not know where a call is";
  if (known != s.open.size())
    return "broker: the index knows a call that is not open";
  return std::nullopt;
}

/// Each slot that is taken in a worker has one call or one session in it.
broken_rule verify_slots(const broker_state& s) {
  std::map<worker_set::ref, size_t> taken;
  auto take = [&](worker_set::ref r) { ++taken[r]; };
  s.running.for_each([&](size_t, const running_call& f) { take(f.worker); });
  s.held.for_each_slot(take);
  auto agree = true;
  s.workers.for_each([&](worker_set::ref r, const worker_set::entry& e) {
    agree = agree && taken[r] == e.in_flight;
  });
  if (!agree)
    return "broker: what is in a worker is not what its count says";
  return std::nullopt;
}

/// Each call that was received has ended, waits or runs: none is settled twice or
/// forgotten.
broken_rule verify_sums(const broker_state& s) {
  auto ended = s.counters.results + s.counters.errors + s.counters.handed_on;
  auto open = s.queue.size() + s.running.waited_for() + s.held.waiting_steps();
  if (s.counters.calls != ended + open)
    return "broker: " + std::to_string(s.counters.calls) + " calls came, "
           + std::to_string(ended) + " ended and " + std::to_string(open) + " are open";
  return std::nullopt;
}

/// A scrape says the same.
broken_rule verify_counts(const broker_state& s) {
  if (s.watch.counted_with_other || !s.pool->records.counts->copies.empty())
    return std::nullopt; // each of them counts there
  auto all = s.pool->records.counts->calls.sum();
  auto received = std::accumulate(all.received.begin(), all.received.end(), uint64_t{0});
  auto ended = std::accumulate(all.ended.begin(), all.ended.end(), uint64_t{0})
               + s.pool->records.counts->totals.handed_on;
  auto open = s.queue.size() + s.running.waited_for() + s.held.waiting_steps();
  if (received != ended + open)
    return "broker: a scrape says that " + std::to_string(received) + " calls came, "
           + std::to_string(ended) + " ended and " + std::to_string(open) + " are open";
  return std::nullopt;
}

/// No call waits that could start.
broken_rule verify_dispatch(const broker_state& s) {
  auto idle = s.workers.has_free_slot() && s.queue.has_for(-1);
  s.workers.for_each([&](worker_set::ref, const worker_set::entry& e) {
    auto addressed = s.queue.has_for(e.index);
    idle = idle || (addressed && s.workers.find_free(e.index));
  });
  if (idle)
    return "broker: a call waits although a worker has room for it";
  return std::nullopt;
}

/// A request to drain is answered as soon as nothing runs.
broken_rule verify_drain(const broker_state& s) {
  if (!s.drained.empty() && (!s.admission.is_draining() || s.running.waited_for() == 0))
    return "broker: somebody waits for the pool to be drained, and it is";
  return std::nullopt;
}

/// Other nodes know what is so.
broken_rule verify_load(const broker_state& s) {
  if (!s.pool->sharing.load)
    return std::nullopt;
  auto& told = *s.pool->sharing.load;
  auto admits = s.admission.takes_calls();
  if (told.takes_calls != admits || told.free != (admits ? s.workers.free_slots() : 0)
      || told.waiting != s.queue.size_for(-1) || told.running != s.running.waited_for()
      || told.size != (admits ? s.workers.capacity() : 0)
      || told.max_frame != s.pool->config.max_frame)
    return "broker: other nodes are told of another load";
  return std::nullopt;
}

/// So does who looks at what the pool does.
broken_rule verify_activity(const broker_state& s) {
  auto& told = *s.pool->observed.activity;
  if (told.calls != s.counters.calls || told.errors != s.counters.errors
      || told.waiting != s.queue.size() || told.running != s.running.waited_for()
      || told.workers != s.workers.size())
    return "broker: what is told of its activity is not so";
  return std::nullopt;
}

} // namespace

std::optional<std::string> broker_state::verify() const {
  for (auto& wrong : {workers.verify(), queue.verify(), open.verify(), running.verify(),
                      held.verify(), verify_places(*this), verify_slots(*this),
                      verify_sums(*this), verify_counts(*this), verify_dispatch(*this),
                      verify_drain(*this), verify_load(*this), verify_activity(*this)})
    if (wrong)
      return wrong;
  return std::nullopt;
}

} // namespace troupe::broker
