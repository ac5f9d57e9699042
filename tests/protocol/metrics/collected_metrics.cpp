#include "protocol/metrics/collected_metrics.hpp"
#include "protocol/base/metric_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::metrics;

namespace metrics_of_workers {

using refusal = collected_metrics::refusal;

struct collecting {
  collected_metrics all{std::make_shared<const declared_metrics>(declared_metrics{
      {"orders", metric_type::counter, "Orders.", {"shop"}, {}},
      {"level", metric_type::gauge, "Level.", {}, {}},
      {"size", metric_type::histogram, "Size.", {}, {1, 10}},
  })};

  bool takes(std::string_view payload) { return all.take(payload) == refusal::none; }
  bool refuses(std::string_view payload, refusal why) { return all.take(payload) == why; }
  /// Returns the first sample of the metric.
  metric_sample sample(const std::string& name) const {
    for (auto& family : all.families("p"))
      if (family.name == name)
        return family.samples.at(0);
    return {};
  }
};

} // namespace metrics_of_workers

BOOST_FIXTURE_TEST_SUITE(metrics_of_workers, collecting)

BOOST_AUTO_TEST_CASE(a_counter_adds_up_and_counts_one_without_a_value) {
  BOOST_TEST(takes(R"({"name":"orders","value":2.5,"labels":{"shop":"n"}})"));
  BOOST_TEST(takes(R"({"name":"orders","labels":{"shop":"n"}})"));
  auto s = sample("orders");
  BOOST_TEST(s.value == 3.5);
  BOOST_TEST((s.labels == std::vector<metric_label>{{"pool", "p"}, {"shop", "n"}}));
}

BOOST_AUTO_TEST_CASE(a_gauge_keeps_the_last_value) {
  BOOST_TEST(takes(R"({"name":"level","value":5})"));
  BOOST_TEST(takes(R"({"name":"level","value":-2})"));
  BOOST_TEST(sample("level").value == -2);
}

BOOST_AUTO_TEST_CASE(a_histogram_counts_values_in_its_buckets) {
  for (auto value : {"0.5", "1", "7", "100"})
    BOOST_TEST(takes(R"({"name":"size","value":)" + std::string{value} + '}'));
  auto h = sample("size").histogram.value();
  BOOST_TEST(h.counts == (std::vector<uint64_t>{2, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(h.sum == 108.5);
}

BOOST_AUTO_TEST_CASE(what_is_not_as_declared_is_refused) {
  BOOST_TEST(refuses(R"({"name":"other","value":1})", refusal::undeclared));
  for (auto wrong : {
           R"(null)",
           R"({"value":1})",
           R"({"name":7,"value":1})",
           R"({"name":"level"})",
           R"({"name":"level","value":"1"})",
           R"({"name":"level","value":1,"labels":{"shop":"n"}})",
           R"({"name":"level","value":1,"labels":[]})",
           R"({"name":"orders","value":1})",
           R"({"name":"orders","value":1,"labels":{"shop":7}})",
           R"({"name":"orders","value":1,"labels":{"house":"n"}})",
           R"({"name":"orders","value":-1,"labels":{"shop":"n"}})",
       })
    BOOST_TEST(refuses(wrong, refusal::malformed), wrong);
  BOOST_TEST(refuses(R"({"name":"level","value":1,"x":")"
                         + std::string(limits::metric_sample_bytes, 'x') + R"("})",
                     refusal::malformed));
  BOOST_TEST(all.families("p").empty());
}

BOOST_AUTO_TEST_CASE(a_sum_never_becomes_infinite) {
  auto counted = R"({"name":"orders","value":1e308,"labels":{"shop":"n"}})";
  auto measured = R"({"name":"size","value":1e308})";
  BOOST_TEST(takes(counted));
  BOOST_TEST(takes(measured));
  BOOST_TEST(refuses(counted, refusal::malformed));
  BOOST_TEST(refuses(measured, refusal::malformed));
  BOOST_TEST(sample("orders").value == 1e308);
  auto h = sample("size").histogram.value();
  BOOST_TEST(h.sum == 1e308);
  BOOST_TEST(h.counts == (std::vector<uint64_t>{0, 0, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_metric_has_so_many_sets_of_labels_and_no_more) {
  auto sell = [&](size_t shop) {
    return all.take(R"({"name":"orders","labels":{"shop":")" + std::to_string(shop)
                    + R"("}})");
  };
  for (size_t i = 0; i < limits::metric_series; ++i)
    BOOST_TEST_REQUIRE((sell(i) == refusal::none));
  BOOST_TEST((sell(limits::metric_series) == refusal::too_many_series));
  BOOST_TEST((sell(0) == refusal::none)); // it has its place
  BOOST_TEST(takes(R"({"name":"level","value":1})"));
}

BOOST_AUTO_TEST_SUITE_END()
