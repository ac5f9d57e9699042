#include "actors/metrics/metrics.hpp"

#include "protocol/base/metric_limits.hpp"
#include "tests/actors/fixture.hpp"

#include <spdlog/sinks/ostream_sink.h>

using namespace troupe;
using namespace troupe::testing;

namespace metrics_actors {

constexpr troupe::metrics::metric_info apples{
    "apples_total", troupe::metrics::metric_type::counter, "tree", "Apples."};

metrics_snapshot_ptr tree_with(const std::string& name, uint64_t count) {
  return make_metrics_snapshot(
      [=](troupe::metrics::metric_list& out) { out.add(apples, {name}, count); });
}

struct scraping_fixture : fixture {
  scraping_fixture()
    : log(std::make_shared<spdlog::logger>(
        "log", std::make_shared<spdlog::sinks::ostream_sink_st>(log_text))) {
    log->set_pattern("%l %v");
    actor = keep(sys.spawn(scraping::metrics_behavior, sources, log));
    run();
  }

  ~scraping_fixture() { actor = nullptr; }

  void scrape(uint64_t tag) {
    submissions batch;
    batch.push_back({{}, sink, tag_id{tag}});
    tell(actor, std::move(batch));
  }

  bool said(uint64_t tag, const std::string& part) {
    return sink->count(tag) == 1 && sink->result(tag).find(part) != std::string::npos;
  }

  std::shared_ptr<spdlog::logger> log;
  metrics_sources_ptr sources = std::make_shared<metrics_sources>();
  metrics_actor actor;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
};

} // namespace metrics_actors

BOOST_FIXTURE_TEST_SUITE(metrics_actors, scraping_fixture)

BOOST_AUTO_TEST_CASE(a_scrape_has_what_each_source_says) {
  auto source = keep(sys.spawn([]() -> metrics_source_actor::behavior_type {
    return {[](atom::measure) { return tree_with("actor", 3); }};
  }));
  auto first = sources->add("an actor", source);
  auto second = sources->add("a loop", [](metrics_answer answer) {
    answer(tree_with("loop", 4));
    answer(tree_with("loop", 5)); // the first counts
  });
  scrape(1);
  BOOST_TEST(said(1, "# TYPE troupe_apples_total counter"), sink->result(1));
  BOOST_TEST(said(1, "troupe_apples_total{tree=\"actor\"} 3"), sink->result(1));
  BOOST_TEST(said(1, "troupe_apples_total{tree=\"loop\"} 4"), sink->result(1));
  BOOST_TEST(!said(1, "tree=\"loop\"} 5"));
}

BOOST_AUTO_TEST_CASE(a_source_that_has_gone_is_not_asked) {
  {
    auto gone =
        sources->add("gone", [](metrics_answer answer) { answer(tree_with("gone", 1)); });
  }
  scrape(1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(!said(1, "gone"));
}

BOOST_AUTO_TEST_CASE(one_that_does_not_answer_is_left_out_and_counted) {
  metrics_answer late;
  auto silent = sources->add("the silent part",
                             [&](metrics_answer answer) { late = std::move(answer); });
  auto good =
      sources->add("good", [](metrics_answer answer) { answer(tree_with("good", 1)); });
  scrape(1);
  BOOST_TEST(sink->count(1) == 0u);
  advance(limits::metrics_patience);
  BOOST_TEST(said(1, "tree=\"good\"} 1"));
  BOOST_TEST(said(1, "troupe_metrics_sources_skipped_total 1"), sink->result(1));
  BOOST_TEST(logged("the silent part did not answer").size() == 1u);
  // It is not asked again, and nobody waits for it, until it has answered.
  scrape(2);
  BOOST_TEST(said(2, "troupe_metrics_sources_skipped_total 2"), sink->result(2));
  late(tree_with("silent", 9));
  run();
  scrape(3);
  late(tree_with("silent", 10));
  run();
  BOOST_TEST(said(3, "tree=\"silent\"} 10"), sink->result(3));
  BOOST_TEST(said(3, "troupe_metrics_sources_skipped_total 2"));
  BOOST_TEST(logged("the silent part did not answer").size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_comes_while_others_are_served_gets_newer_numbers) {
  std::vector<metrics_answer> asked;
  auto source = sources->add(
      "slow", [&](metrics_answer answer) { asked.push_back(std::move(answer)); });
  scrape(1);
  scrape(2);
  BOOST_TEST_REQUIRE(asked.size() == 1u);
  asked[0](tree_with("slow", 1));
  run();
  BOOST_TEST(said(1, "tree=\"slow\"} 1"));
  BOOST_TEST(sink->count(2) == 0u);
  BOOST_TEST_REQUIRE(asked.size() == 2u);
  asked[1](tree_with("slow", 2));
  run();
  BOOST_TEST(said(2, "tree=\"slow\"} 2"));
}

BOOST_AUTO_TEST_CASE(
    a_call_that_is_taken_back_is_cancelled_and_one_of_a_dead_client_lost) {
  metrics_answer answer;
  auto source = sources->add("slow", [&](metrics_answer a) { answer = std::move(a); });
  scrape(1);
  tell(actor, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1});
  BOOST_TEST((sink->error(1).what == code::cancelled));
  scrape(2);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  answer(tree_with("slow", 1));
  run();
  BOOST_TEST(sink->count(2) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
