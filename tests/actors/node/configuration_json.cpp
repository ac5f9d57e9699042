#include "actors/node/configuration_json.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::node;
using namespace std::chrono_literals;

namespace configurations_as_json {

std::string text(const boost::json::value& v) {
  return boost::json::serialize(v);
}

} // namespace configurations_as_json

BOOST_AUTO_TEST_SUITE(configurations_as_json)

BOOST_AUTO_TEST_CASE(what_may_be_secret_is_left_out) {
  config::pool p;
  p.name = "p";
  p.command = {"worker", "--token", "hidden"};
  p.env = {{"TOKEN", "hidden"}};
  p.behaviour.name = "hook";
  p.behaviour.options = "{\"key\":\"hidden\",\"every\":1}";
  auto o = configuration_json(p);
  BOOST_TEST(text(o).find("hidden") == std::string::npos);
  BOOST_TEST(text(o.at("command")) == "\"worker\"");
  BOOST_TEST(text(o.at("arguments")) == "2");
  BOOST_TEST(text(o.at("env")) == "[\"TOKEN\"]");
  BOOST_TEST(text(o.at("options")) == "[\"key\",\"every\"]");
}

BOOST_AUTO_TEST_CASE(values_are_spelled_as_in_a_file) {
  config::pool p;
  p.size = 4;
  p.exec_timeout = 1500ms;
  p.ready = config::ready_mode::spawn;
  p.restart.policy = config::restart_policy::on_failure;
  p.abandoned = config::abandonment::kill;
  p.affinity = config::affinity::require;
  auto o = configuration_json(p);
  BOOST_TEST(text(o.at("size")) == "4");
  BOOST_TEST(text(o.at("exec_timeout")) == "\"1500ms\"");
  BOOST_TEST(text(o.at("ready")) == "\"spawn\"");
  BOOST_TEST(text(o.at("restart").at("policy")) == "\"on-failure\"");
  BOOST_TEST(text(o.at("abandoned")) == "\"kill\"");
  BOOST_TEST(text(o.at("affinity")) == "\"require\"");
  p.elastic.emplace();
  BOOST_TEST(text(configuration_json(p).at("size"))
             == "{\"min\":1,\"max\":4,\"idle\":\"1m\"}");
  config::node n;
  n.log.level = config::log_level::error;
  n.log.format = config::log_format::json;
  BOOST_TEST(text(configuration_json(n).at("log"))
             == "{\"level\":\"error\",\"format\":\"json\",\"file\":\"\"}");
}

BOOST_AUTO_TEST_CASE(a_pool_without_a_program_has_no_keys_of_programs) {
  config::pool p;
  p.behaviour.name = "cache";
  p.behaviour.of = "q";
  auto o = configuration_json(p);
  BOOST_TEST(!o.contains("command"));
  BOOST_TEST(!o.contains("env"));
  BOOST_TEST(text(o.at("of")) == "\"q\"");
}

BOOST_AUTO_TEST_SUITE_END()
