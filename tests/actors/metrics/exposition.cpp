#include "actors/metrics/exposition.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::metrics;
using namespace troupe::scraping;

BOOST_AUTO_TEST_SUITE(expositions)

BOOST_AUTO_TEST_CASE(buckets_add_up_and_end_with_all) {
  metric_family f{"size", "Size.", metric_type::histogram, {}};
  f.samples.push_back({{{"pool", "a"}}, 0, histogram_value{{1, 10}, {2, 0, 3}, 40.5}});
  auto text = to_text({f});
  for (auto line :
       {"# HELP size Size.\n", "# TYPE size histogram\n", "size_count{pool=\"a\"} 5\n",
        "size_sum{pool=\"a\"} 40.5\n", "size_bucket{pool=\"a\",le=\"1\"} 2\n",
        "size_bucket{pool=\"a\",le=\"10\"} 2\n",
        "size_bucket{pool=\"a\",le=\"+Inf\"} 5\n"})
    BOOST_TEST(text.find(line) != std::string::npos, line << " is not in " << text);
}

BOOST_AUTO_TEST_CASE(no_text_ends_a_line_or_a_value) {
  metric_family f{"a", "one\ntwo \\ three", metric_type::gauge, {}};
  f.samples.push_back({{{"kind", "x\"y\nz\\"}}, 1, {}});
  auto text = to_text({f});
  BOOST_TEST(text.find("# HELP a one\\ntwo \\\\ three\n") != std::string::npos, text);
  BOOST_TEST(text.find(R"(a{kind="x\"y\nz\\"} 1)") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
