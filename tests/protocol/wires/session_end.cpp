#include "protocol/wires/session_end.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::wires;

BOOST_AUTO_TEST_SUITE(ends_of_sessions)

BOOST_AUTO_TEST_CASE(what_a_worker_said_is_kept_and_tells_whether_it_failed) {
  auto good = session_end::read(R"({"state":{"Completed":{"result":7}},"metrics":{}})");
  BOOST_TEST(!good.failed);
  BOOST_TEST(good.text == R"({"state":{"Completed":{"result":7}},"metrics":{}})");
  BOOST_TEST(session_end::read(R"({"state":{"Failed":{"error":"no"}}})").failed);
  BOOST_TEST(session_end::read(R"({"state":{"Failed":null}})").failed);
}

BOOST_AUTO_TEST_CASE(a_word_elsewhere_is_no_failure) {
  BOOST_TEST(
      !session_end::read(R"({"Failed":{},"state":{"Completed":"Failed"}})").failed);
  BOOST_TEST(!session_end::read(R"({"state":"Failed"})").failed);
  BOOST_TEST(!session_end::read("{}").failed);
}

BOOST_AUTO_TEST_CASE(a_plain_result_is_told_in_the_same_form) {
  auto end = session_end::completed("[1]", std::chrono::milliseconds{12}, 3);
  BOOST_TEST(!end.failed);
  BOOST_TEST(end.text
             == R"({"state":{"Completed":{"result":[1]}},)"
                R"("metrics":{"elapsed_ms":12,"queries":3}})");
}

BOOST_AUTO_TEST_SUITE_END()
