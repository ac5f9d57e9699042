#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace supervisor_totals {

struct counting : supervisor_fixture {
  /// The worker of launch `n` takes a call, answers it and then once more.
  void answers_twice(size_t n) {
    job j;
    j.ticket = ticket_id{++tickets};
    j.kind = shared_bytes{std::string{"k"}};
    j.deadline = now() + 1s;
    tell(owner(n), j);
    auto& text = process(n).written;
    auto begin = text.rfind("\"request_id\":\"") + 14;
    auto id = text.substr(begin, text.find('"', begin) - begin);
    for (int i = 0; i < 2; ++i)
      writes(n, R"({"kind":"k","request_id":")" + id + R"(","payload":1})");
  }

  worker_counters totals() { return status().totals; }

  uint64_t tickets = 0;
};

} // namespace supervisor_totals

BOOST_FIXTURE_TEST_SUITE(supervisor_totals, counting)

BOOST_AUTO_TEST_CASE(what_workers_have_counted_outlives_them) {
  pool.size = 2;
  start_ready();
  answers_twice(0);
  answers_twice(1);
  BOOST_TEST(totals().calls == 2u);
  dies(0);
  BOOST_TEST(totals().calls == 2u);
  BOOST_TEST(totals().late == 2u);
  advance(200ms);
  boots(2);
  answers_twice(2);
  writes(2, "no frame");
  BOOST_TEST(totals().calls == 3u);
  BOOST_TEST(totals().late == 3u);
  BOOST_TEST(totals().stray == 1u);
  BOOST_TEST(status().replicas.at(0).worker.calls == 1u); // its own
}

BOOST_AUTO_TEST_CASE(one_that_was_replaced_and_still_works_is_counted) {
  start_ready();
  answers_twice(0);
  record->lets_go = false; // there is a call in it
  auto request = ask(actor, atom::restart_v, int32_t{0});
  boots(1);
  BOOST_TEST(answer_of<quantity>(request) == 1u);
  answers_twice(0);
  BOOST_TEST(totals().calls == 2u);
  dies(0, 0);
  BOOST_TEST(totals().calls == 2u);
}

BOOST_AUTO_TEST_CASE(they_outlive_a_smaller_pool_and_a_stop) {
  pool.size = 2;
  start_ready();
  answers_twice(0);
  answers_twice(1);
  pool.size = 1;
  auto reload = ask(actor, atom::reload_v, context(), reload_scope::where_different);
  answer_of<quantity>(reload);
  dies(1, 0);
  auto stop = ask(actor, atom::stop_v, int32_t{-1});
  dies(0, 0);
  answer_of<quantity>(stop);
  BOOST_TEST(totals().calls == 2u);
  BOOST_TEST(totals().late == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
