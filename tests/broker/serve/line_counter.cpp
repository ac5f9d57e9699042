#include "broker/serve/line_counter.hpp"

#include "tests/actors/told_metrics.hpp"

#include <boost/test/unit_test.hpp>
#include <spdlog/spdlog.h>

using namespace troupe;
using namespace troupe::serve;
using namespace troupe::testing;

BOOST_AUTO_TEST_SUITE(lines_of_a_log)

BOOST_AUTO_TEST_CASE(lines_that_are_written_are_counted_by_level) {
  auto log = std::make_shared<spdlog::logger>("test");
  log->set_level(spdlog::level::info);
  auto lines = line_counter::watch(*log);
  log->debug("not written");
  log->info("one");
  log->info("two");
  log->error("three");
  auto sources = std::make_shared<metrics_sources>();
  auto counting = add_log_source(*sources, lines);
  BOOST_TEST_REQUIRE(sources->get().size() == 1u);
  metrics_snapshot_ptr told;
  std::get<metrics_question>(sources->get()[0].ask)(
      [&](metrics_snapshot_ptr s) { told = std::move(s); });
  auto found = told_metrics(told);
  BOOST_TEST(found["troupe_log_lines_total info"] == 2);
  BOOST_TEST(found["troupe_log_lines_total error"] == 1);
  BOOST_TEST(found["troupe_log_lines_total debug"] == 0);
  BOOST_TEST(found.count("troupe_log_lines_total warn") == 1u);
  counting.reset();
  BOOST_TEST(sources->get().empty());
}

BOOST_AUTO_TEST_SUITE_END()
