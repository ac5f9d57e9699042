#include "actors/metrics/exposition.hpp"
#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace supervisor_metrics {

struct measured : supervisor_fixture {
  bool says(const std::string& line) {
    auto asked = ask(actor, atom::measure_v);
    metrics::metric_list list;
    answer_of<metrics_snapshot_ptr>(asked)->write(list);
    return scraping::to_text(list.take()).find(line + "\n") != std::string::npos;
  }
};

} // namespace supervisor_metrics

BOOST_FIXTURE_TEST_SUITE(supervisor_metrics, measured)

BOOST_AUTO_TEST_CASE(a_worker_is_counted_from_its_start_to_its_end) {
  start();
  BOOST_TEST(says("troupe_worker_starts_total{pool=\"p\"} 0")); // there is no child yet
  boots(0);
  BOOST_TEST(says("troupe_worker_starts_total{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_workers{pool=\"p\",state=\"ready\"} 1"));
  BOOST_TEST(says("troupe_worker_boot_seconds_count{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_workers_wanted{pool=\"p\"} 1"));
  dies(0, 3);
  BOOST_TEST(says("troupe_worker_exits_total{pool=\"p\",reason=\"crash\"} 1"));
  BOOST_TEST(says("troupe_workers{pool=\"p\",state=\"ready\"} 0"));
  BOOST_TEST(says("troupe_workers{pool=\"p\",state=\"waiting\"} 1"));
}

BOOST_AUTO_TEST_CASE(starts_that_fail_are_counted_by_their_code_and_are_no_starts) {
  start();
  not_started(0, "no such file");
  BOOST_TEST(
      says("troupe_worker_start_failures_total{pool=\"p\",code=\"spawn_failed\"} 1"));
  BOOST_TEST(says("troupe_worker_starts_total{pool=\"p\"} 0"));
  advance(200ms);
  started(1);
  dies(1);
  BOOST_TEST(
      says("troupe_worker_start_failures_total{pool=\"p\",code=\"handshake_failed\"} 1"));
  BOOST_TEST(says("troupe_worker_starts_total{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_worker_exits_total{pool=\"p\",reason=\"crash\"} 1"));
}

BOOST_AUTO_TEST_CASE(the_breaker_is_seen) {
  pool.restart.intensity = 0;
  start();
  BOOST_TEST(says("troupe_breaker_open{pool=\"p\"} 0"));
  started(0);
  dies(0);
  BOOST_TEST(says("troupe_breaker_open{pool=\"p\"} 1"));
  BOOST_TEST(says("troupe_breaker_opened_total{pool=\"p\"} 1"));
}

BOOST_AUTO_TEST_CASE(samples_of_workers_are_held_to_what_is_declared) {
  counted().collected.declare(
      std::make_shared<const metrics::declared_metrics>(metrics::declared_metrics{
          {"orders", metrics::metric_type::counter, "Orders.", {}, {}}}));
  start_ready();
  writes(0, R"({"kind":"metric","payload":{"name":"orders","value":2}})");
  writes(0, R"({"kind":"metric","payload":{"name":"other"}})");
  writes(0, R"({"kind":"metric","payload":{"name":"another"}})");
  BOOST_TEST(says("orders{pool=\"p\"} 2"));
  BOOST_TEST(says("troupe_dropped_total{what=\"metric\",pool=\"p\"} 2"));
  BOOST_TEST(logged("no metric of this name is declared").size() == 1u);
}

BOOST_AUTO_TEST_CASE(each_worker_is_told_of_by_itself_where_that_is_asked_for) {
  pool.size = 2;
  counted().each_worker = true;
  start_ready();
  BOOST_TEST(says("troupe_worker_up{pool=\"p\",worker=\"p.0\"} 1"));
  BOOST_TEST(says("troupe_worker_up{pool=\"p\",worker=\"p.1\"} 1"));
  dies(1);
  BOOST_TEST(says("troupe_worker_up{pool=\"p\",worker=\"p.1\"} 0"));
}

BOOST_AUTO_TEST_SUITE_END()
