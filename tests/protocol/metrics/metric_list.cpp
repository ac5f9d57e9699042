#include "protocol/metrics/metric_list.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::metrics;
using namespace std::chrono_literals;

namespace metric_lists {

constexpr metric_info apples{"apples_total", metric_type::counter, "shop kind",
                             "Apples."};
constexpr metric_info memory{"process_memory", metric_type::gauge, "", "Memory."};
constexpr metric_info wait{"wait_seconds", metric_type::histogram, "", "Time."};

} // namespace metric_lists

BOOST_AUTO_TEST_SUITE(metric_lists)

BOOST_AUTO_TEST_CASE(samples_of_one_metric_are_one_family_whoever_gives_them) {
  metric_list list;
  list.add(apples, {"north", "red"}, uint64_t{1});
  list.add(memory, {}, 2.5);
  list.add(apples, {"south"}, uint64_t{3});
  auto all = list.take();
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].name == "process_memory");
  BOOST_TEST(all[0].samples.at(0).value == 2.5);
  BOOST_TEST(all[1].name == "troupe_apples_total");
  BOOST_TEST(all[1].help == "Apples.");
  BOOST_TEST_REQUIRE(all[1].samples.size() == 2u);
  auto& first = all[1].samples[0].labels;
  BOOST_TEST((first == std::vector<metric_label>{{"shop", "north"}, {"kind", "red"}}));
  BOOST_TEST((all[1].samples[1].labels == std::vector<metric_label>{{"shop", "south"}}));
  BOOST_TEST(list.take().empty());
}

BOOST_AUTO_TEST_CASE(a_metric_may_have_no_sample) {
  metric_list list;
  list.declare(apples);
  auto all = list.take();
  BOOST_TEST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0].samples.empty());
}

BOOST_AUTO_TEST_CASE(durations_are_in_seconds) {
  metric_list list;
  duration_histogram h;
  h.add(1500ms);
  list.add(wait, {}, h);
  list.add(memory, {}, std::chrono::nanoseconds{250ms});
  auto all = list.take();
  BOOST_TEST(all[0].samples[0].value == 0.25);
  auto& value = all[1].samples.at(0).histogram.value();
  BOOST_TEST(value.sum == 1.5);
  BOOST_TEST(value.bounds.size() + 1 == value.counts.size());
  BOOST_TEST(value.bounds.front() == 0.00001);
}

BOOST_AUTO_TEST_CASE(families_of_others_with_one_name_are_joined) {
  metric_list list;
  for (auto pool : {"a", "b"}) {
    metric_family f{"orders", "Orders.", metric_type::counter, {}};
    f.samples.push_back({{{"pool", pool}}, 1, {}});
    list.add(std::move(f));
  }
  auto all = list.take();
  BOOST_TEST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0].samples.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
