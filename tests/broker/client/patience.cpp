#include "tests/broker/support.hpp"

#include "broker/client/http_client.hpp"
#include "broker/client/socket_client.hpp"
#include "tests/unix_socket_name.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <future>

using namespace std::chrono_literals;
using test::fault_in;
using test::good;
using test::payload_in;
using test::peer;
using test::server;
using test::temporary_folder;
using troupe::code;
using troupe::client::http_client;
using troupe::client::socket_client;

namespace patient_clients {

/// So long that a test which waits for it hangs.
constexpr auto never = 1h;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A frozen node is like this: it has the connection, and says nothing.
void say_nothing(peer& p) {
  while (!p.read_some().empty()) {
  }
}

/// A node that is slow with the call on its first connection, and answers whoever asks
/// on another: the call when so many have asked.
struct slow_node {
  void operator()(peer& p) {
    if (!first) {
      first.emplace(std::move(p));
      return;
    }
    questions.push_back(p.read_some());
    p.write("{}\n");
    if (questions.size() == until)
      first->write(answer);
  }

  size_t until;
  std::string answer;
  std::optional<peer> first = {};
  /// To be read when the server is stopped.
  std::vector<std::string> questions = {};
};

/// Fills the queue of a socket that takes nobody in, so that no connection fits.
struct full_socket {
  explicit full_socket(const std::filesystem::path& path) {
    auto name = troupe::testing::unix_socket_name(path);
    auto address = reinterpret_cast<sockaddr*>(&name);
    if (::bind(listening.get(), address, sizeof name) != 0
        || ::listen(listening.get(), 0) != 0)
      BOOST_FAIL(std::strerror(errno));
    do
      queue.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    while (::connect(queue.back().get(), address, sizeof name) == 0);
    BOOST_TEST_REQUIRE(errno == EAGAIN);
  }

  troupe::loop::unique_fd listening{::socket(AF_UNIX, SOCK_STREAM, 0)};
  std::vector<troupe::loop::unique_fd> queue;
};

struct folder_with_socket : temporary_folder {
  std::string socket = (path / "s").string();
};

} // namespace patient_clients

BOOST_FIXTURE_TEST_SUITE(patient_clients, folder_with_socket)

BOOST_AUTO_TEST_CASE(a_node_that_says_nothing_is_given_up) {
  server by_socket{socket, say_nothing};
  server by_port{say_nothing};
  troupe::client::patience p{.ask_after = 10ms, .give_up_after = 100ms};
  for (auto& c : {good(socket_client::connect(socket, p)),
                  good(http_client::connect(by_port.url(), "", {}, p))}) {
    auto why = fault_in(c->call("$node", "pools", "null"));
    BOOST_TEST(why.what == code::node_down);
    BOOST_TEST(contains(why.message, "has not answered for 1s"), why.message);
    BOOST_TEST(contains(why.message, "it may be stopped or overloaded"), why.message);
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_does_not_take_a_large_call_is_given_up) {
  std::promise<void> over;
  auto until_over = over.get_future().share();
  auto take_nothing = [until_over](peer&) { until_over.wait(); };
  server by_socket{socket, take_nothing};
  server by_port{take_nothing};
  auto large = '"' + std::string(16'000'000, 'x') + '"';
  troupe::client::patience p{.ask_after = never, .give_up_after = 100ms};
  for (auto& c : {good(socket_client::connect(socket, p)),
                  good(http_client::connect(by_port.url(), "", {}, p))})
    BOOST_TEST(fault_in(c->call("e", "k", large)).what == code::node_down);
  over.set_value();
}

BOOST_AUTO_TEST_CASE(a_node_that_has_not_shaken_hands_is_given_up) {
  server by_port{say_nothing};
  auto url = "https" + by_port.url().substr(4);
  auto opened = http_client::connect(url, "", {}, {.give_up_after = 100ms});
  BOOST_TEST_REQUIRE(!opened);
  BOOST_TEST(opened.error().what == code::unavailable);
  BOOST_TEST(contains(opened.error().message, "has not answered for 1s"),
             opened.error().message);
}

BOOST_AUTO_TEST_CASE(a_node_that_takes_no_connection_is_given_up) {
  full_socket full{socket};
  auto opened = socket_client::connect(socket, {.give_up_after = 100ms});
  BOOST_TEST_REQUIRE(!opened);
  BOOST_TEST(opened.error().what == code::unavailable);
  BOOST_TEST(contains(opened.error().message, "has not answered for 1s"),
             opened.error().message);
}

BOOST_AUTO_TEST_CASE(a_call_ends_soon_after_its_own_timeout) {
  server by_socket{socket, say_nothing};
  troupe::client::patience p{.ask_after = never, .give_up_after = never, .grace = 10ms};
  auto c = good(socket_client::connect(socket, p));
  troupe::client::call_options short_one;
  short_one.timeout = 10ms;
  auto why = fault_in(c->call("e", "k", "1", short_one));
  BOOST_TEST(why.what == code::node_down);
  BOOST_TEST(contains(why.message, "within the timeout of the call"), why.message);
}

BOOST_AUTO_TEST_CASE(a_node_that_lives_is_waited_for_however_slow_it_is) {
  // So many questions take longer than the patience with one that lives not.
  constexpr auto questions = 10u;
  troupe::client::patience p{.ask_after = 250ms, .give_up_after = 2s};
  slow_node slow{questions, R"({"request_id":"1","kind":"k","payload":2})"
                            "\n"};
  server by_socket{socket, [&](peer& one) { slow(one); }};
  auto c = good(socket_client::connect(socket, p));
  BOOST_TEST(payload_in(c->call("e", "k", "1")) == "2");
  by_socket.stop();
  BOOST_TEST(contains(slow.questions.at(0), R"("to":"$node","kind":"health")"),
             slow.questions.at(0));
}

BOOST_AUTO_TEST_CASE(over_http_it_is_asked_without_the_key) {
  slow_node slow{2, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
                    R"({"payload":2})"};
  server by_port{[&](peer& one) { slow(one); }};
  auto c = good(http_client::connect(by_port.url() + "/path", "secret", {},
                                     {.ask_after = 10ms, .give_up_after = never}));
  BOOST_TEST(payload_in(c->call("e", "k", "1")) == "2");
  by_port.stop();
  BOOST_TEST(slow.questions.at(0).starts_with("GET /path/health HTTP/1.1\r\n"),
             slow.questions.at(0));
  BOOST_TEST(!contains(slow.questions.at(0), "secret"));
}

BOOST_AUTO_TEST_CASE(the_user_is_told_and_the_call_goes_on) {
  slow_node slow{1, R"({"request_id":"1","kind":"k","payload":2})"
                    "\n"};
  server by_socket{socket, [&](peer& one) { slow(one); }};
  std::string told;
  auto c = good(socket_client::connect(
      socket, {.ask_after = 200ms, .tell_after = 1ms, .tell = [&](auto& what) {
                 told += what + '\n';
               }}));
  BOOST_TEST(payload_in(c->call("e", "k", "1")) == "2");
  BOOST_TEST(told
             == "the node at '" + socket
                    + "' does not answer yet; it may be stopped or overloaded\n");
}

BOOST_AUTO_TEST_SUITE_END()
