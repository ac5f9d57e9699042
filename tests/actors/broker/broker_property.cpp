#include "tests/actors/broker/support_broker.hpp"

#include <random>
#include <set>

using namespace troupe;
using namespace troupe::testing;

namespace broker_property {

/// Random calls, workers and mishaps. Whatever happens, a call ends exactly once and
/// leaves nothing behind.
struct chaos : broker_fixture {
  std::mt19937 random;
  uint64_t next_tag = 1;
  /// Workers that live, by their number.
  std::set<size_t> alive;

  size_t below(size_t n) {
    return std::uniform_int_distribution<size_t>{0, n - 1}(random);
  }

  size_t any_worker() {
    auto i = alive.begin();
    std::advance(i, static_cast<std::ptrdiff_t>(below(alive.size())));
    return *i;
  }

  void begin(uint32_t seed) {
    random.seed(seed);
    pool.size = 3;
    pool.queue_limit = 8;
    pool.queue_timeout = 50ms;
    pool.exec_timeout = 80ms;
    start();
  }

  void submit_some() {
    std::vector<call> calls(1 + below(4));
    for (auto& c : calls) {
      c = make(next_tag++, below(4) == 0 ? static_cast<int32_t>(below(3)) : -1);
      c.priority = static_cast<int8_t>(below(3));
      if (below(3) == 0)
        c.timeout = milliseconds{1 + below(60)};
    }
    submit(calls);
  }

  /// A worker for an index that has none; two of one index live side by side at times.
  void join_one() {
    auto n = join(static_cast<int32_t>(below(3)), static_cast<uint32_t>(1 + below(3)));
    worker(n).lets_go = below(2) == 0;
    alive.insert(n);
  }

  void do_something_to(size_t n) {
    switch (below(20)) {
      case 0:
        die(n, {code::worker_died, "died"});
        alive.erase(n);
        return;
      case 1: // ends without a word on what was in it
        caf::anon_send_exit(handle(n), caf::exit_reason::kill);
        run();
        alive.erase(n);
        return;
      case 2:
        release(n);
        return;
      case 3:
        tell(actor, atom::retire_v, incarnation(n));
        return;
    }
    // A job may be answered long after its caller gave up.
    std::vector<size_t> open;
    for (size_t i = 0; i < worker(n).jobs.size(); ++i)
      if (worker(n).jobs[i].answer.pending())
        open.push_back(i);
    if (open.empty())
      return;
    auto j = open[below(open.size())];
    switch (below(8)) {
      case 0:
        fail(n, j, {code::worker_error, "no"});
        return;
      case 1:
        fail(n, j, {code::unavailable, "not now"});
        return;
      default:
        answer(n, j, "1");
    }
  }

  void step() {
    switch (below(6)) {
      case 0:
      case 1:
        submit_some();
        break;
      case 2:
        cancel(1 + below(next_tag));
        break;
      case 3:
        advance(milliseconds{below(15)});
        break;
      case 4:
        if (alive.size() < 4)
          join_one();
        break;
      default:
        if (!alive.empty())
          do_something_to(any_worker());
    }
  }
};

} // namespace broker_property

BOOST_AUTO_TEST_SUITE(broker_property)

BOOST_AUTO_TEST_CASE(whatever_happens_every_call_is_settled_once_and_nothing_is_left) {
  std::set<code> seen;
  size_t results = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    chaos c;
    c.begin(seed);
    for (int i = 0; i < 250; ++i)
      c.step();
    c.advance(200ms); // past every deadline
    for (auto n : c.alive)
      c.release(n);
    for (uint64_t tag = 1; tag < c.next_tag; ++tag) {
      BOOST_TEST(c.sink->count(tag) == 1u, "seed " << seed << ", call " << tag
                                                   << ": settled " << c.sink->count(tag)
                                                   << " times");
      seen.insert(c.sink->error(tag).what);
    }
    auto s = c.status();
    BOOST_TEST(s.waiting == 0u, "seed " << seed << ": calls still wait");
    BOOST_TEST(s.in_flight == 0u, "seed " << seed << ": calls still run");
    BOOST_TEST(s.workers == c.alive.size(),
               "seed " << seed << ": dead workers are listed");
    BOOST_TEST(s.calls == c.next_tag - 1);
    BOOST_TEST(s.calls == s.results + s.errors);
    results += s.results;
    // All slots are free again: a worker that just joined serves as many as it can take.
    auto fresh = c.join(0, 100);
    for (auto n : c.alive)
      c.tell(c.actor, atom::retire_v, c.incarnation(n));
    auto first = c.next_tag;
    for (uint64_t i = 0; i < 8; ++i)
      c.submit({c.make(first + i)});
    BOOST_TEST(c.worker(fresh).jobs.size() == 8u, "seed " << seed << ": a slot is lost");
  }
  // The mishaps above must really have happened.
  for (auto what : {code::none, code::busy, code::cancelled, code::queue_timeout,
                    code::timeout, code::worker_died, code::worker_error})
    BOOST_TEST(seen.count(what) == 1u, "no call ended in " << what);
  BOOST_TEST(results > 500u);
}

BOOST_AUTO_TEST_SUITE_END()
