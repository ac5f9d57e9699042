#include "protocol/base/event_members.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace members_of_events {

std::string to_text(const event_members& members) {
  json_object_writer out;
  write(out, members);
  return out.object();
}

const fault why{code::timeout, "p.0 did not", {.worker = worker_facts{"p.0"}}};

} // namespace members_of_events

BOOST_AUTO_TEST_SUITE(members_of_events)

BOOST_AUTO_TEST_CASE(values_are_written_in_their_order_and_by_their_type) {
  std::vector<std::string> names{"a", "b\""};
  std::string_view text = "\n";
  BOOST_TEST(to_text({{"text", text},
                      {"literal", "x"},
                      {"number", uint16_t{7}},
                      {"below", -1},
                      {"flag", true},
                      {"names", names},
                      {"none", nullptr}})
             == R"({"text":"\n","literal":"x","number":7,"below":-1,"flag":true,)"
                R"("names":["a","b\""],"none":null})");
  BOOST_TEST(to_text({}) == "{}");
}

BOOST_AUTO_TEST_CASE(what_came_as_json_is_passed_on_as_it_came) {
  BOOST_TEST(to_text({{"payload", relayed_json{"[1, 2]"}},
                      {"call", escaped_text{R"(\u0041\n)"}}})
             == R"({"payload":[1, 2],"call":"\u0041\n"})");
}

BOOST_AUTO_TEST_CASE(a_fault_or_an_end_is_an_object_or_stands_among_the_members) {
  worker_end how{end_reason::crash, exited{3}};
  BOOST_TEST(to_text({{"pid", 5}, spread(how), {"expected", false}})
             == R"({"pid":5,"reason":"crash","exit_code":3,"expected":false})");
  BOOST_TEST(to_text({{"how", how}}) == R"({"how":{"reason":"crash","exit_code":3}})");
  BOOST_TEST(to_text({{"pool", "p"}, spread(why)})
             == "{\"pool\":\"p\"," + to_json_members(why) + "}");
  BOOST_TEST(to_text({{"cause", why}}) == "{\"cause\":" + to_json(why) + "}");
}

BOOST_AUTO_TEST_CASE(what_can_be_long_is_measured_as_it_is_written) {
  auto json = '"' + std::string(1000, 'x') + '"';
  event_members members{{"worker", "p.0"}, {"payload", relayed_json{json}}};
  BOOST_TEST(json_size(members) == to_text(members).size() - 2); // without the braces
  auto lines = why;
  lines.details.worker->stderr_lines = std::vector<std::string>(10, "complaint");
  event_members failed{spread(lines)};
  BOOST_TEST(json_size(failed) >= to_text(failed).size() - 2);
  BOOST_TEST(json_size({}) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
