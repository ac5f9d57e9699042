#include "actors/metrics/exposition.hpp"
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace broker_metrics {

struct measured : broker_fixture {
  /// Returns whether the BROKER says so in a scrape.
  bool says(const std::string& line) {
    auto asked = ask(actor, atom::measure_v);
    metrics::metric_list list;
    answer_of<metrics_snapshot_ptr>(asked)->write(list);
    return scraping::to_text(list.take()).find(line + "\n") != std::string::npos;
  }
};

} // namespace broker_metrics

BOOST_FIXTURE_TEST_SUITE(broker_metrics, measured)

BOOST_AUTO_TEST_CASE(a_call_is_counted_as_it_comes_waits_runs_and_ends) {
  start();
  submit({make(1)});
  advance(30ms);
  BOOST_TEST(says("troupe_calls_received_total{pool=\"p\",front=\"node\"} 1"));
  BOOST_TEST(says("troupe_queue_depth{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_queue_oldest_seconds{pool=\"p\"} 0.03"));
  BOOST_TEST(says("troupe_pool_ready{pool=\"p\"} 0"));
  join(0);
  advance(20ms);
  BOOST_TEST(says("troupe_calls_running{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_call_oldest_seconds{pool=\"p\"} 0.02"));
  BOOST_TEST(says("troupe_queue_wait_seconds_count{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_queue_wait_seconds_bucket{pool=\"p\",le=\"0.025\"} 0"));
  BOOST_TEST(says("troupe_queue_wait_seconds_bucket{pool=\"p\",le=\"0.05\"} 1"));
  BOOST_TEST(says("troupe_pool_ready{pool=\"p\"} 1"));
  answer(0, 0, "12345");
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"ok\"} 1"));
  BOOST_TEST(says("troupe_call_run_seconds_bucket{pool=\"p\",le=\"0.025\"} 1"));
  BOOST_TEST(says("troupe_call_sent_bytes_total{pool=\"p\"} 5"));
  BOOST_TEST(says("troupe_calls_running{pool=\"p\"} 0"));
}

BOOST_AUTO_TEST_CASE(errors_are_counted_by_their_code) {
  pool.queue_limit = 0;
  start();
  submit({make(1)});
  join(0);
  submit({make(2)});
  fail(0, 0, {code::worker_error, "no", {.answered = true}});
  worker(0).lets_go = false;
  submit({make(3)});
  tell(actor, atom::forget_v, reply_sink_ptr{sink}); // nobody waits any more
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"busy\"} 1"));
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"worker_error\"} 1"));
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"cancelled\"} 1"));
  BOOST_TEST(says("troupe_calls_abandoned{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_call_run_seconds_count{pool=\"p\"} 2"));
}

BOOST_AUTO_TEST_CASE(counts_stay_when_the_pool_is_configured_anew) {
  start();
  join(0);
  submit({make(1)});
  answer(0, 0, "1");
  pool.queue_limit = 5;
  tell(actor, atom::reconfigure_v, context(), supervisor_actor{});
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"ok\"} 1"));
  BOOST_TEST(says("troupe_queue_limit{pool=\"p\"} 5"));
}

BOOST_AUTO_TEST_CASE(kinds_are_told_apart_where_that_is_asked_for) {
  counted().calls = metrics::calls_by_kind{1};
  start();
  join(0);
  submit({make(1)});
  answer(0, 0, "1");
  auto second = make(2);
  second.kind = shared_bytes{std::string{"second"}};
  submit({second});
  auto kind = make(1).kind.str();
  BOOST_TEST(says("troupe_calls_received_total{pool=\"p\",front=\"node\",kind=\"" + kind
                  + "\"} 1"));
  BOOST_TEST(says("troupe_calls_received_total{pool=\"p\",front=\"node\",kind=\"other\"}"
                  " 1"));
  BOOST_TEST(says("troupe_calls_total{pool=\"p\",code=\"ok\",kind=\"other\"} 0"));
}

BOOST_AUTO_TEST_SUITE_END()
