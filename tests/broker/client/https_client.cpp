// Proves that the client of https carries calls, and that it says what is wrong where it
// cannot know whom it talks to.
#include "tests/broker/support.hpp"

#include "broker/client/http_client.hpp"
#include "broker/client/node_locator.hpp"
#include "tests/protocol/tls/support_tls.hpp"

using test::good;
using test::payload_in;
using test::peer;
using test::server;
using troupe::code;
using troupe::client::http_client;

namespace tls = troupe::tls;

namespace https_clients {

using troupe::testing::authority;
using troupe::testing::certificate_folder;
using troupe::testing::certificate_wish;
using troupe::testing::issued;

constexpr std::string_view answer =
    R"({"request_id":null,"kind":"k","payload":{"n":1},"error":null,"worker":"e.0"})";

std::string response_of(std::string_view body, std::string_view type) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + std::string{type} + "\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// Returns the context of a server that does not look at its own certificate first, which
/// may be out of its time.
tls::context::ptr unchecked(const tls::identity& own) {
  auto of = std::make_unique<tls::context::native>();
  of->handle.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate_chain_file(of->handle.get(), own.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(of->handle.get(), own.key.c_str(), SSL_FILETYPE_PEM);
  return std::make_shared<const tls::context>(std::move(of));
}

/// Serves one connection: shakes hands and answers each request with `response`.
void serve(peer& p, const tls::context::ptr& with, const std::string& response) {
  auto channel = tls::channel::server(with);
  auto is_open = false;
  std::string plain;
  for (auto cipher = p.read_some(); !cipher.empty(); cipher = p.read_some()) {
    channel.feed(cipher);
    is_open = is_open || channel.handshake() == tls::progress::done;
    if (is_open)
      channel.read(plain);
    if (plain.find("\r\n\r\n") != std::string::npos) { // its body is in the same record
      channel.write(response);
      plain.clear();
    }
    p.write(channel.take_output());
    if (channel.error().what != tls::flaw::none)
      return;
  }
}

/// A server of https on this machine, and the certificates of both.
struct https_fixture {
  /// Starts a server that shows a certificate of `by`.
  void start(const authority& by, const certificate_wish& wish) {
    auto with = unchecked(folder.write("server", by.issue(wish)));
    node.emplace([this, with](peer& p) {
      ++connections;
      serve(p, with, response);
    });
  }
  void start() { start(trusted, {.addresses = {"127.0.0.1"}}); }

  std::string url() const { return "https" + node->url().substr(4); }

  /// Returns why there is no connection.
  std::string refusal(const std::filesystem::path& whom) const {
    auto opened = http_client::connect(url(), "", {whom});
    BOOST_TEST_REQUIRE(!opened);
    BOOST_TEST(opened.error().what == code::unavailable);
    return opened.error().message;
  }

  certificate_folder folder;
  authority trusted;
  std::filesystem::path ca = folder.write("ca.crt", trusted.certificate());
  std::string response = response_of(answer, "application/json");
  /// To be read when the server is stopped.
  int connections = 0;
  std::optional<server> node;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace https_clients

BOOST_FIXTURE_TEST_SUITE(https_clients, https_fixture)

BOOST_AUTO_TEST_CASE(calls_go_over_one_connection) {
  start();
  {
    auto c = good(http_client::connect(url(), "secret", {ca}));
    for (int i = 0; i < 3; ++i)
      BOOST_TEST(payload_in(c->call("e", "up", "[1]")) == R"({"n":1})");
  }
  node->stop();
  BOOST_TEST(connections == 1);
}

BOOST_AUTO_TEST_CASE(parts_of_a_stream_are_handed_over_before_the_answer) {
  response = response_of("data: {\"kind\":\"chunk\",\"payload\":1}\n\n"
                         "data: {\"kind\":\"chunk\",\"payload\":2}\n\n"
                         "data: "
                             + std::string{answer} + "\n\n",
                         "text/event-stream");
  start();
  auto c = good(http_client::connect(url(), "", {ca}));
  std::string parts;
  troupe::client::call_options streamed;
  streamed.stream = true;
  auto result = c->call("e", "up", "1", streamed,
                        [&](const troupe::shared_bytes& part) { parts += part.view(); });
  BOOST_TEST(payload_in(result) == R"({"n":1})");
  BOOST_TEST(parts == "12");
}

BOOST_AUTO_TEST_CASE(a_large_answer_arrives_whole) {
  std::string large(1'000'000, 'x');
  response = response_of(R"({"request_id":null,"kind":"k","payload":")" + large
                             + R"(","error":null,"worker":"e.0"})",
                         "application/json");
  start();
  auto c = good(http_client::connect(url(), "", {ca}));
  BOOST_TEST(payload_in(c->call("e", "up", "1")).size() == large.size() + 2);
}

BOOST_AUTO_TEST_CASE(the_authority_may_come_from_the_environment) {
  start();
  test::environment_variable of_ca{"TROUPE_CA", ca.c_str()};
  test::environment_variable of_node{"TROUPE_NODE", url().c_str()};
  test::environment_variable of_state{"TROUPE_STATE_DIR", "/no/such"};
  auto c = good(troupe::client::open_client(troupe::client::with_environment({})));
  payload_in(c->call("e", "up", "1"));
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_named_as_the_reason) {
  start();
  auto other = folder.write("other.crt", authority{"Other CA"}.certificate());
  auto why = refusal(other);
  BOOST_TEST(contains(why, "of no authority in " + other.string()), why);
  why = refusal({});
  BOOST_TEST(contains(why, "--ca FILE"), why);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_host_is_refused) {
  start(trusted, {.dns_names = {"node.example"}});
  auto why = refusal(ca);
  BOOST_TEST(contains(why, "not one of 127.0.0.1"), why);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_out_of_its_time_is_refused) {
  start(trusted, {.addresses = {"127.0.0.1"}, .begins = -3600, .ends = -60});
  auto why = refusal(ca);
  BOOST_TEST(contains(why, "out of its time: certificate has expired"), why);
}

BOOST_AUTO_TEST_CASE(a_file_of_authorities_that_is_none_is_named) {
  start();
  auto why = refusal("/no/such/ca.crt");
  BOOST_TEST(contains(why, "/no/such/ca.crt: cannot be read"), why);
}

BOOST_AUTO_TEST_CASE(http_behind_an_https_url_is_recognized) {
  node.emplace([](peer& p) {
    p.read_some();
    p.respond("400 Bad Request", "{}");
  });
  auto why = refusal(ca);
  BOOST_TEST(contains(why, "is it http://?"), why);
}

BOOST_AUTO_TEST_CASE(https_behind_an_http_url_is_recognized) {
  node.emplace([](peer& p) {
    p.read_some();
    p.write({"\x15\x03\x01\x00\x02\x02\x0a", 7}); // an alert
  });
  auto c = good(http_client::connect(node->url(), ""));
  auto f = test::fault_in(c->call("e", "up", "1"));
  BOOST_TEST(f.what == code::node_down);
  BOOST_TEST(contains(f.message, "is it https://?"), f.message);
}

BOOST_AUTO_TEST_CASE(a_server_that_wants_a_certificate_of_its_clients_is_explained) {
  auto own = folder.write("server", trusted.issue({.addresses = {"127.0.0.1"}}));
  auto with = tls::context::for_server(own, ca, tls::oldest_version::tls_1_2).value();
  node.emplace([&](peer& p) { serve(p, with, response); });
  // With TLS 1.3 the node looks at the certificate when the client is through.
  auto c = good(http_client::connect(url(), "", {ca}));
  auto f = test::fault_in(c->call("e", "up", "1"));
  BOOST_TEST(contains(f.message, "show a certificate"), f.message);
}

BOOST_AUTO_TEST_SUITE_END()
