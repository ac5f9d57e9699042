// Proves that HTTP over TLS is the same HTTP, that a client which speaks it in the clear
// is told so, and that a handshake takes no longer than the head of a request.
#include "broker/front/front_limits.hpp"
#include "broker/front/http/http_connection.hpp"
#include "protocol/base/limits.hpp"
#include "tests/broker/front/support_front.hpp"
#include "tests/protocol/tls/support_tls.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::loop;
using namespace troupe::testing;

namespace tls_clients {

constexpr size_t mib = 1024 * 1024;

/// The client's end of a connection to an https front on a real loop. The test plays the
/// pool `p`, which answers with so many bytes, and says what time it is.
struct tls_client_fixture : loop_fixture {
  tls_client_fixture() {
    pool = play_callee(
        system, {.asked = [this](submission& s) {
          s.sink->settle(s.tag,
                         outcome{shared_bytes{'"' + std::string(bytes, 'x') + '"'}, {}});
        }});
    names.set({{"p", pool}});
    context->directory = &names;
    context->system = &system;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->api_key = "k";
    context->max_request = 64 * 1024;
    connect();
  }
  ~tls_client_fixture() {
    disconnect();
    names.set({});
    caf::anon_send_exit(pool, caf::exit_reason::kill);
    pool = nullptr;
  }

  /// Connects anew.
  void connect() {
    disconnect();
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    auto fd = std::make_shared<unique_fd>(pair[1]);
    client = first.run([this, fd] {
      auto c = std::make_shared<http_connection>(first.home, std::move(*fd), context,
                                                 routes, shown);
      c->start();
      return c;
    });
    end.emplace(tls::channel::client(trusting, "node.example"));
  }
  void disconnect() {
    if (client)
      first.run([this] {
        client->close();
        client.reset();
        return true;
      });
  }

  // -- below TLS -------------------------------------------------------------------

  void sends_raw(std::string_view text) { send_bytes(peer.get(), text); }
  /// Returns what comes next; empty where the connection was closed.
  std::string receives_raw() { return receive_bytes(peer.get()); }

  // -- with TLS --------------------------------------------------------------------

  /// Sends what the client's end of TLS has to send.
  void moves_out() {
    auto cipher = end->channel.take_output();
    if (!cipher.empty())
      sends_raw(cipher);
  }
  /// Takes what comes next; returns whether something did.
  bool moves_in() {
    auto cipher = receives_raw();
    if (cipher.empty())
      end->channel.feed_end();
    else
      end->channel.feed(cipher);
    end->go_on();
    return !cipher.empty();
  }
  void shakes_hands() {
    end->go_on();
    moves_out();
    while (!end->is_open && end->state == tls::progress::wants_input && moves_in())
      moves_out();
    BOOST_REQUIRE(end->is_open);
  }
  void sends(std::string_view plain) {
    end->channel.write(plain);
    moves_out();
  }
  /// Reads until `mark` has come; returns all that did.
  std::string receives(std::string_view mark) {
    while (end->read.find(mark) == std::string::npos && moves_in())
      continue;
    BOOST_TEST(end->read.find(mark) != std::string::npos, end->read.substr(0, 500));
    return std::exchange(end->read, {});
  }
  /// Reads to the end; returns all that came.
  std::string receives_all() {
    while (end->state == tls::progress::wants_input && moves_in())
      continue;
    return std::exchange(end->read, {});
  }

  /// It is `later`.
  void check(std::chrono::milliseconds later) {
    first.run([&] {
      client->check(steady_clock::now() + later);
      return true;
    });
  }
  bool is_open() {
    return first.run([this] { return client->is_open(); });
  }

  certificate_files files_of(const authority& by, const std::string& name) {
    return {folder.write(name, by.issue({.dns_names = {"node.example", name}})), {}};
  }

  directory names{"n"};
  size_t bytes = 10;
  certificate_folder folder;
  authority trusted;
  std::shared_ptr<certificates> shown =
      certificates::load(files_of(trusted, "first")).value();
  tls::context::ptr trusting =
      tls::context::for_client(folder.write("ca.crt", trusted.certificate()),
                               std::nullopt, tls::oldest_version::tls_1_2)
          .value();
  route_registry_ptr routes = std::make_shared<const route_registry>(built_in_routes());
  std::shared_ptr<front_context> context = std::make_shared<front_context>();
  callee_actor pool;
  unique_fd peer;
  std::shared_ptr<http_connection> client;
  std::optional<tls_end> end;
};

constexpr std::string_view request =
    "POST /api/call/p/k HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nContent-Length: 0\r\n\r\n";

} // namespace tls_clients

BOOST_FIXTURE_TEST_SUITE(tls_clients, tls_client_fixture)

BOOST_AUTO_TEST_CASE(requests_are_answered_over_tls) {
  shakes_hands();
  for (int i = 0; i < 3; ++i) {
    sends(request);
    BOOST_TEST(receives("xxxxxxxxxx\"").starts_with("HTTP/1.1 200 "));
  }
}

BOOST_AUTO_TEST_CASE(a_large_answer_arrives_whole_however_slowly_it_is_read) {
  bytes = 5 * mib;
  shakes_hands();
  sends(request);
  auto text = receives("x\"");
  BOOST_TEST(text.size() > bytes);
  BOOST_TEST(static_cast<size_t>(std::count(text.begin(), text.end(), 'x')) >= bytes);
  bytes = 10;
  sends(request); // it goes on
  receives("xxxxxxxxxx\"");
}

BOOST_AUTO_TEST_CASE(requests_that_come_with_the_end_are_answered_and_the_end_is_said) {
  shakes_hands();
  end->channel.write(request);
  end->channel.write(request);
  end->channel.close_notify();
  moves_out();
  auto all = receives_all();
  BOOST_TEST(all.starts_with("HTTP/1.1 200 "));
  BOOST_TEST(all.rfind("HTTP/1.1 200 ") > 0u);
  BOOST_TEST(end->is_closed());
}

BOOST_AUTO_TEST_CASE(a_client_that_hangs_up_without_a_farewell_is_gone) {
  shakes_hands();
  peer.reset();
  auto deadline = steady_clock::now() + patience;
  while (is_open() && steady_clock::now() < deadline)
    continue;
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(a_request_in_the_clear_is_told_what_is_wrong) {
  sends_raw(request);
  std::string all;
  for (auto next = receives_raw(); !next.empty(); next = receives_raw())
    all += next;
  BOOST_TEST(all.starts_with("HTTP/1.1 400 "), all);
  BOOST_TEST(all.find("\"bad_request\"") != std::string::npos, all);
  BOOST_TEST(all.find("https://") != std::string::npos, all);
}

BOOST_AUTO_TEST_CASE(what_only_begins_like_tls_gets_an_alert_and_is_let_go) {
  sends_raw({"\x16\x03\x01\x00\x04nope", 9});
  auto alert = receives_raw();
  BOOST_TEST_REQUIRE(!alert.empty());
  BOOST_TEST(alert.front() == '\x15');
  BOOST_TEST(receives_raw() == "");
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(a_handshake_may_not_last_longer_than_a_head) {
  end->go_on();
  auto hello = end->channel.take_output();
  sends_raw(hello.substr(0, hello.size() / 2));
  check(front_limits::http_head_patience - 1s);
  BOOST_TEST(is_open());
  check(front_limits::http_head_patience + 1s);
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(after_the_handshake_the_head_has_no_more_time) {
  shakes_hands();
  check(front_limits::http_head_patience + 1s);
  BOOST_TEST(!is_open());
}

BOOST_AUTO_TEST_CASE(new_connections_are_shown_new_certificates) {
  shakes_hands();
  BOOST_REQUIRE(shown->replace(files_of(trusted, "second")).has_value());
  sends(request); // the old one goes on
  receives("xxxxxxxxxx\"");
  connect();
  shakes_hands();
  auto found = end->channel.peer_names();
  BOOST_TEST((std::find(found.begin(), found.end(), "second") != found.end()));
}

BOOST_AUTO_TEST_CASE(files_that_are_not_good_leave_the_certificates_as_they_are) {
  auto files = files_of(trusted, "second");
  files.own.key = folder.write("other.key", trusted.issue({}).key);
  auto replaced = shown->replace(files);
  BOOST_TEST_REQUIRE(!replaced);
  BOOST_TEST(replaced.error().find("other.key") != std::string::npos, replaced.error());
  shakes_hands();
  auto found = end->channel.peer_names();
  BOOST_TEST((std::find(found.begin(), found.end(), "first") != found.end()));
}

BOOST_AUTO_TEST_CASE(clients_need_a_certificate_where_an_authority_of_theirs_is_named) {
  auto files = files_of(trusted, "second");
  files.client_ca = folder / "ca.crt";
  BOOST_REQUIRE(shown->replace(files).has_value());
  connect();
  end->go_on();
  moves_out();
  while (end->state == tls::progress::wants_input && moves_in())
    moves_out();
  BOOST_TEST(end->flaw() == tls::flaw::no_certificate);
}

BOOST_AUTO_TEST_SUITE_END()
