#include "protocol/config/load.hpp"
#include "tests/protocol/config/support.hpp"

using namespace troupe;
using namespace troupe::config;

namespace metrics_of_a_file {

result<file, mistake_list> read(std::string_view text) {
  auto workers = test::known_workers();
  known_kinds known{workers};
  return parse(text, test::path, known);
}

/// Returns the one mistake of `text`, without the path of the file.
std::string mistake(std::string_view text) {
  auto r = read(text);
  if (r || r.error().size() != 1)
    return "there is not one mistake, but " + std::to_string(r ? 0 : r.error().size());
  return to_string(r.error().front()).substr(test::path.size() + 1);
}

bool tells(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace metrics_of_a_file

BOOST_AUTO_TEST_SUITE(metrics_of_a_file)

BOOST_AUTO_TEST_CASE(all_keys_are_read) {
  auto r = read(R"([metrics]
listen = "127.0.0.1:9917"
workers = true
kinds = 3
[metrics.collect.orders_total]
type = "histogram"
help = "Orders."
labels = ["shop"]
buckets = [0.5, 1]
)");
  BOOST_TEST_REQUIRE(r.has_value());
  auto& m = r->metrics;
  BOOST_TEST(m.listen == "127.0.0.1:9917");
  BOOST_TEST(m.workers);
  BOOST_TEST(m.kinds == 3u);
  BOOST_TEST_REQUIRE(m.collect.size() == 1u);
  BOOST_TEST(m.collect[0].name == "orders_total");
  BOOST_TEST((m.collect[0].type == troupe::metrics::metric_type::histogram));
  BOOST_TEST(m.collect[0].help == "Orders.");
  BOOST_TEST(m.collect[0].labels.at(0) == "shop");
  BOOST_TEST(m.collect[0].buckets == (std::vector<double>{0.5, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_keys_there_is_no_port_and_nothing_is_told_apart) {
  auto r = read("");
  BOOST_TEST_REQUIRE(r.has_value());
  BOOST_TEST((r->metrics == metrics_options{}));
  BOOST_TEST(r->metrics.listen.empty());
}

BOOST_AUTO_TEST_CASE(mistakes_say_what_was_expected) {
  BOOST_TEST(tells(mistake("[metrics]\nlisten = \"x\""), "metrics.listen"));
  BOOST_TEST(tells(mistake("[http]\nlisten = \"127.0.0.1:7\"\n"
                           "[metrics]\nlisten = \"127.0.0.1:7\""),
                   "http.listen has this address already"));
  BOOST_TEST(tells(mistake("[metrics.collect.a]\nhelp = \"x\""), "type: is missing"));
  BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"sum\""), "counter"));
  BOOST_TEST(tells(mistake("[metrics.collect.troupe_a]\ntype = \"gauge\""), "own"));
  BOOST_TEST(tells(mistake("[metrics.collect.a-b]\ntype = \"gauge\""), "letters"));
  BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"gauge\"\nbuckets = [1]"),
                   "histogram alone"));
  BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"histogram\""), "upper bounds"));
  BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"histogram\"\nbuckets = [2, 1]"),
                   "ascending"));
  for (auto label : {"pool", "le", "a-b", "__a", "9"})
    BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"gauge\"\nlabels = [\""
                             + std::string{label} + "\"]"),
                     "metrics.collect.a.labels"),
               label);
  BOOST_TEST(
      tells(mistake("[metrics.collect.a]\ntype = \"gauge\"\nlabels = [\"b\", \"b\"]"),
            "each label once"));
  for (auto name : {"a_bucket", "a_count", "a_sum"})
    BOOST_TEST(tells(mistake("[metrics.collect.a]\ntype = \"histogram\"\nbuckets = [1]\n"
                             "[metrics.collect."
                             + std::string{name} + "]\ntype = \"gauge\""),
                     "the histogram a has samples of this name"),
               name);
}

BOOST_AUTO_TEST_SUITE_END()
