#include "protocol/wires/session_pause.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::wires;

namespace pauses_of_sessions {

session_pause two() {
  auto read =
      session_pause::parse(R"({"queries":[{"id":"a","prompt":"A?"},{"id":"b"}]})");
  return std::move(read).value();
}

std::string mistake(std::string_view payload) {
  auto read = session_pause::parse(payload);
  BOOST_REQUIRE(!read);
  return read.error();
}

code refusal(session_pause& p, std::string_view answer) {
  auto accepted = p.accept(answer);
  return accepted ? code::none : accepted.error().what;
}

} // namespace pauses_of_sessions

BOOST_AUTO_TEST_SUITE(pauses_of_sessions)

BOOST_AUTO_TEST_CASE(what_a_worker_asks_must_be_queries_with_ids_of_their_own) {
  BOOST_TEST(mistake("null").starts_with("queries: "));
  BOOST_TEST(mistake("{}").starts_with("queries: "));
  BOOST_TEST(mistake(R"({"queries":{}})").starts_with("queries: "));
  BOOST_TEST(mistake(R"({"queries":[]})").starts_with("queries: "));
  BOOST_TEST(mistake(R"({"queries":[{"id":"a"},7]})").starts_with("queries[1]: "));
  BOOST_TEST(mistake(R"({"queries":[{"id":7}]})").starts_with("queries[0]: "));
  BOOST_TEST(
      mistake(R"({"queries":[{"id":"a"},{"id":"a"}]})").starts_with("queries[1]: "));
}

BOOST_AUTO_TEST_CASE(queries_are_answered_one_by_one_in_any_order) {
  auto p = two();
  BOOST_TEST(p.remaining() == 2u);
  BOOST_TEST(
      (refusal(p, R"({"query_id":"b","response":[1],"usage":{"n":3}})") == code::none));
  BOOST_TEST(p.remaining() == 1u);
  BOOST_TEST(p.open_queries() == R"([{"id":"a","prompt":"A?"}])");
  // The last one needs no name.
  BOOST_TEST((refusal(p, R"({"response":"yes"})") == code::none));
  BOOST_TEST(p.remaining() == 0u);
  BOOST_TEST(p.responses()
             == R"({"responses":[{"query_id":"a","response":"yes"},)"
                R"({"query_id":"b","response":[1],"usage":{"n":3}}]})");
}

BOOST_AUTO_TEST_CASE(an_answer_that_fits_no_open_query_changes_nothing) {
  auto p = two();
  BOOST_TEST((refusal(p, R"({"response":1})") == code::bad_request));
  BOOST_TEST((refusal(p, R"({"query_id":"c","response":1})") == code::bad_request));
  BOOST_TEST((refusal(p, R"({"query_id":7,"response":1})") == code::bad_request));
  BOOST_TEST((refusal(p, R"({"query_id":"a"})") == code::bad_request));
  BOOST_TEST(p.remaining() == 2u);
  BOOST_TEST((refusal(p, R"({"query_id":"a","response":1})") == code::none));
  BOOST_TEST((refusal(p, R"({"query_id":"a","response":2})") == code::conflict));
  BOOST_TEST(p.remaining() == 1u);
}

BOOST_AUTO_TEST_CASE(a_batch_is_taken_whole_or_not_at_all) {
  auto p = two();
  BOOST_TEST(
      (refusal(p, R"({"responses":[{"query_id":"a","response":1},{"response":2}]})")
       == code::none));
  BOOST_TEST(p.remaining() == 0u);
  p = two();
  auto accepted =
      p.accept(R"({"responses":[{"query_id":"a","response":1},{"query_id":"x"}]})");
  BOOST_REQUIRE(!accepted);
  BOOST_TEST(accepted.error().message.starts_with("responses[1]: response: "));
  BOOST_TEST(p.remaining() == 2u);
  BOOST_TEST((refusal(p, R"({"responses":[]})") == code::bad_request));
  BOOST_TEST((refusal(p, R"({"responses":[1]})") == code::bad_request));
  BOOST_TEST((refusal(p, R"({"responses":{}})") == code::bad_request));
}

BOOST_AUTO_TEST_CASE(a_pause_comes_back_from_its_text_as_it_was) {
  auto p = two();
  p.accept(R"({"query_id":"b","response":"x"})");
  auto again = session_pause::restore(p.save());
  BOOST_TEST(again.save() == p.save());
  BOOST_TEST(again.remaining() == 1u);
  BOOST_TEST(session_pause::restore(session_pause{}.save()).remaining() == 0u);
  again.reopen();
  BOOST_TEST(again.remaining() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
