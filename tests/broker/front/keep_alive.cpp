#include "broker/front/front_limits.hpp"
#include "protocol/base/limits.hpp"
#include "tests/broker/front/http/support_http_connection.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::loop;
using namespace troupe::testing;

namespace keep_alive {

/// A client of `$node`, which has no event to tell. The test says what time it is.
struct keep_alive_fixture : http_connection_fixture {
  keep_alive_fixture()
    : http_connection_fixture("$node") {}

  bool has_input() {
    pollfd p{peer.get(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  }
  /// It is `later`.
  void check(std::chrono::milliseconds later) { check_at(steady_clock::now() + later); }
  void check_at(steady_clock::time_point now) {
    first.run([&] {
      client->check(now);
      return true;
    });
  }
  /// Waits until the connection has read what was sent; returns whether it has.
  bool eventually_partial() {
    int left = 1;
    auto deadline = steady_clock::now() + patience;
    while (left > 0 && steady_clock::now() < deadline)
      ::ioctl(peer.get(), SIOCOUTQ, &left);
    return left == 0 && first.run([] { return true; });
  }
  bool is_open() {
    return first.run([this] { return client->is_open(); });
  }
  void upgrade() {
    sends("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
          "X-API-Key: k\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
          "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    BOOST_REQUIRE(receives().starts_with("HTTP/1.1 101 "));
  }
};

const std::string ping{"\x89\x00", 2};
const std::string pong{"\x8A\x80\0\0\0\0", 6};

} // namespace keep_alive

BOOST_FIXTURE_TEST_SUITE(keep_alive, keep_alive_fixture)

BOOST_AUTO_TEST_CASE(a_silent_websocket_is_pinged_and_stays_while_it_answers) {
  upgrade();
  check(limits::websocket_ping - 1s); // not yet
  check(limits::websocket_ping + 1s);
  BOOST_TEST(receives() == ping);
  check(limits::websocket_ping + 2s);
  BOOST_TEST(!has_input());
  sends(pong); // it is heard of: the next silence is another one
  auto deadline = steady_clock::now() + patience;
  while (!has_input() && steady_clock::now() < deadline)
    check(limits::websocket_ping + 3s);
  BOOST_TEST(receives() == ping);
}

BOOST_AUTO_TEST_CASE(one_that_does_not_answer_is_let_go) {
  upgrade();
  for (auto later = limits::websocket_ping; later < limits::websocket_patience;
       later += limits::websocket_ping) {
    check(later + 1s);
    BOOST_TEST(receives() == ping);
    check(later + 1s); // once for each time
  }
  check(limits::websocket_patience - 1s);
  BOOST_TEST(is_open());
  check(limits::websocket_patience + 1s);
  BOOST_TEST(!is_open());
  BOOST_TEST(receives() == "");
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_no_more_still_gets_its_answer) {
  // Both come in one turn of the loop: the answer waits for its end to be written.
  first.run([this] {
    sends("GET /nothing HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n");
    return ::shutdown(peer.get(), SHUT_WR) == 0;
  });
  auto answer = receives();
  BOOST_TEST(answer.starts_with("HTTP/1.1 404 "), answer);
  BOOST_TEST(receives() == "");
}

BOOST_AUTO_TEST_CASE(a_stranger_has_little_time_for_the_head_of_a_request) {
  sends("GET /api/pools HTTP/1.1\r\nHost: x\r\n");
  BOOST_TEST(eventually_partial());
  check(front_limits::http_head_patience - 1s);
  BOOST_TEST(is_open());
  check(front_limits::http_head_patience + 1s);
  BOOST_TEST(receives().starts_with("HTTP/1.1 408 "));
  BOOST_TEST(receives() == "");
}

BOOST_AUTO_TEST_CASE(a_client_whose_body_has_stalled_is_told) {
  sends("POST /api/call/echo/k HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n"
        "Content-Length: 9\r\n\r\n[1,");
  BOOST_TEST(eventually_partial());
  check(limits::http_idle - 1s);
  BOOST_TEST(is_open());
  check(limits::http_idle + 1s);
  auto answer = receives();
  BOOST_TEST(answer.starts_with("HTTP/1.1 408 "), answer);
  BOOST_TEST(answer.find(R"({"code":"bad_request","message":"the body of the request)")
             != answer.npos);
  BOOST_TEST(receives() == "");
}

BOOST_AUTO_TEST_CASE(each_head_has_its_time_though_reads_end_in_the_midst_of_heads) {
  const std::string_view one = "GET /nowhere HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n";
  sends(one.substr(0, 9));
  BOOST_TEST(eventually_partial());
  auto first_begun_by = steady_clock::now();
  auto second_begins = first_begun_by;
  while (second_begins < first_begun_by + 2ms)
    second_begins = steady_clock::now();
  sends(std::string{one.substr(9)} + std::string{one.substr(0, 9)});
  BOOST_TEST(receives().starts_with("HTTP/1.1 404 "));
  check_at(second_begins + front_limits::http_head_patience - 1ms);
  BOOST_TEST(is_open());
  sends(one.substr(9));
  BOOST_TEST(receives().starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(a_stranger_gains_no_time_by_sending_line_ends) {
  sends("\r\n\r\n");
  check(front_limits::http_head_patience + 1s);
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(a_client_that_is_silent_between_two_requests_is_let_go) {
  sends("GET /nowhere HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n");
  BOOST_TEST(receives().starts_with("HTTP/1.1 404 "));
  check(limits::http_idle - 1s);
  BOOST_TEST(is_open());
  check(limits::http_idle + 1s);
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(a_client_of_several_requests_at_once_is_served_after_a_silence) {
  const std::string one = "GET /nowhere HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n";
  auto answers_of = [](const std::string& text) {
    size_t n = 0;
    for (auto at = text.find("HTTP/1.1 404 "); at != text.npos;
         at = text.find("HTTP/1.1 404 ", at + 1))
      ++n;
    return n;
  };
  for (auto later = 2 * limits::connection_check; later < limits::http_idle;
       later += limits::http_idle / 4) {
    // So many that a queue of any form has its first in the midst.
    sends(one + one + one);
    std::string text;
    while (answers_of(text) < 3) {
      auto more = receives();
      BOOST_REQUIRE(!more.empty());
      text += more;
    }
    check(later);
    BOOST_REQUIRE(is_open());
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_its_answer_is_not) {
  sends("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  BOOST_REQUIRE(arrived.reaches(1));
  check(2 * limits::http_idle);
  BOOST_TEST(is_open());
}

BOOST_AUTO_TEST_SUITE_END()
