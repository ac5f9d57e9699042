// Proves that a front takes so many clients at a time and tells the others why.
#include "broker/front/connections.hpp"
#include "broker/front/http/http_connection.hpp"
#include "broker/front/socket/socket_connection.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/socket.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::front::socket;
using namespace troupe::loop;
using namespace troupe::testing;

namespace client_limits {

struct crowd_fixture : loop_fixture {
  crowd_fixture() {
    auto context = std::make_shared<front_context>();
    context->directory = &names;
    context->system = &system;
    context->log = log;
    context->max_request = 1024;
    kind.make = [context](event_loop& home, unique_fd socket) {
      return std::make_shared<http_connection>(
          home, std::move(socket), context,
          std::make_shared<const route_registry>(built_in_routes()));
    };
    kind.refuse = &http_connection::refusal;
    kind.limit = std::make_shared<client_limit>("http", 1);
  }
  ~crowd_fixture() { clients.finish(std::chrono::milliseconds{patience}); }

  /// Connects and returns the client's end.
  unique_fd connect() {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    clients.add(unique_fd{pair[1]}, kind, *log);
    return unique_fd{pair[0]};
  }
  /// Returns all that comes until the end.
  static std::string read_all(unique_fd& fd) {
    std::string all;
    for (;;) {
      pollfd p{fd.get(), POLLIN, 0};
      char bytes[4096];
      if (::poll(&p, 1, 10'000) != 1)
        return all + "(no end)";
      auto n = ::recv(fd.get(), bytes, sizeof bytes, 0);
      if (n <= 0)
        return all;
      all.append(bytes, static_cast<size_t>(n));
    }
  }

  std::shared_ptr<spdlog::logger> log = std::make_shared<spdlog::logger>("silent");
  directory names{"n"};
  connections clients{{&first.home}};
  client_kind kind;
};

} // namespace client_limits

BOOST_FIXTURE_TEST_SUITE(client_limits, crowd_fixture)

BOOST_AUTO_TEST_CASE(one_client_too_many_is_told_so_and_counted) {
  auto one = connect();
  auto two = connect();
  auto answer = read_all(two);
  BOOST_TEST(answer.starts_with("HTTP/1.1 503 "), answer);
  BOOST_TEST(answer.find("Retry-After: ") != std::string::npos);
  BOOST_TEST(answer.find("1 http clients") != std::string::npos);
  BOOST_TEST(kind.limit->refused() == 1u);
  BOOST_TEST(kind.limit->open() == 1u);
  BOOST_TEST(kind.counts->refused(turned_away::too_many) == 1u);
  BOOST_TEST(kind.counts->opened.get() == 1u);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_makes_room) {
  auto one = connect();
  first.run([] { return true; });
  one.reset();
  auto deadline = steady_clock::now() + patience;
  while (kind.limit->open() > 0 && steady_clock::now() < deadline)
    first.run([] { return true; });
  BOOST_TEST(kind.limit->open() == 0u);
  auto two = connect();
  BOOST_TEST(kind.limit->refused() == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_of_the_socket_is_told_in_a_line) {
  kind.refuse = &socket_connection::refusal;
  kind.limit = std::make_shared<client_limit>("socket", 0);
  auto one = connect();
  auto line = read_all(one);
  BOOST_TEST(line.find("\"code\":\"unavailable\"") != std::string::npos, line);
  BOOST_TEST(line.ends_with("\n"));
}

BOOST_AUTO_TEST_CASE(refusals_are_reported_now_and_then) {
  client_limit none{"http", 0};
  none.take();
  auto now = client_limit::time_point{} + 1h;
  BOOST_TEST((none.unreported(now) == 1u));
  none.take();
  none.take();
  BOOST_TEST(!none.unreported(now + 1s));
  BOOST_TEST((none.unreported(now + 11s) == 2u));
}

BOOST_AUTO_TEST_SUITE_END()
