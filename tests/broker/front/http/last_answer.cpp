// Proves that nothing comes behind an answer that the end of the connection ends.
#include "tests/broker/front/http/support_http_connection.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace last_answers {

struct last_answer_fixture : http_connection_fixture {
  last_answer_fixture()
    : http_connection_fixture("p") {}

  /// A client of HTTP/1.0 that would like to keep its connection.
  void sends_request(const std::string& query) {
    sends("POST /api/call/p/k" + query
          + " HTTP/1.0\r\nX-API-Key: k\r\nConnection: keep-alive\r\n\r\n");
  }

  /// All that was asked is answered in one turn of the loop.
  void answers_all() {
    first.run([this] {
      std::lock_guard lock{mutex};
      for (auto& s : asked)
        s.sink->settle(s.tag, outcome{shared_bytes::literal("1"), {}});
      asked.clear();
      return true;
    });
  }

  /// Returns all until the node closes the connection.
  std::string receives_all() {
    std::string all;
    for (auto more = receives(); !more.empty(); more = receives())
      all += more;
    return all;
  }
};

} // namespace last_answers

BOOST_FIXTURE_TEST_SUITE(last_answers, last_answer_fixture)

BOOST_AUTO_TEST_CASE(no_answer_is_written_into_a_stream_that_ends_with_its_connection) {
  sends_request("?stream=1");
  sends_request("");
  BOOST_REQUIRE(arrived.reaches(2));
  answers_all();
  auto all = receives_all();
  BOOST_TEST(all.starts_with("HTTP/1.1 200 OK\r\n"), all);
  BOOST_TEST(all.find("text/event-stream") != all.npos, all);
  BOOST_TEST(all.rfind("HTTP/1.1 ") == 0u, all);
}

BOOST_AUTO_TEST_SUITE_END()
