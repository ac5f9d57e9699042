#include "actors/outbound/http_client.hpp"

#include "tests/actors/loop/support_loop.hpp"
#include "tests/http_server.hpp"
#include "tests/protocol/tls/support_certificates.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::outbound;
using namespace troupe::testing;

namespace clients_of_http {

using answer = result<http_answer, std::string>;

/// A client on a loop.
class client_at_work {
public:
  client_at_work(running_loop& home, const std::string& url, tls::context::ptr with = {})
    : home_(home) {
    home_.run([&] {
      client_ = std::make_unique<http_client>(
          home_.home, http_destination{parse_http_url(url).value(),
                                       {{"X-Secret", "open sesame"}},
                                       std::move(with)});
    });
  }
  ~client_at_work() {
    home_.run([this] { client_.reset(); });
  }

  std::future<answer> send(std::string body) {
    auto came = std::make_shared<std::promise<answer>>();
    home_.run([&] {
      client_->post(std::move(body), [came](answer a) { came->set_value(std::move(a)); });
    });
    return came->get_future();
  }
  answer post(std::string body) { return get(send(std::move(body))); }

  void abandon() {
    home_.run([this] { client_->abandon(); });
  }

private:
  running_loop& home_;
  std::unique_ptr<http_client> client_;
};

scripted_reply ok(const posted_request&, size_t) {
  return http_reply(200, {}, "thanks");
}

/// A server of TLS that answers one request.
class tls_server {
public:
  explicit tls_server(const issued& own)
    : files_(own)
    , listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto at = reinterpret_cast<sockaddr*>(&name);
    socklen_t size = sizeof name;
    BOOST_REQUIRE(::bind(listener_.get(), at, size) == 0);
    BOOST_REQUIRE(::listen(listener_.get(), 4) == 0);
    ::getsockname(listener_.get(), at, &size);
    port = ntohs(name.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }
  ~tls_server() { thread_.join(); }

  int port = 0;
  std::string got;

private:
  void run() {
    unique_fd fd{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    auto context = tls::context::for_server({files_.certificate, files_.key}, {},
                                            tls::oldest_version::tls_1_2);
    auto channel = tls::channel::server(context.value());
    auto is_secured = false;
    char space[16 * 1024];
    while (got.find("\r\n\r\n{}") == got.npos) {
      auto n = ::recv(fd.get(), space, sizeof space, 0);
      if (n <= 0)
        return;
      channel.feed({space, static_cast<size_t>(n)});
      is_secured = is_secured || channel.handshake() == tls::progress::done;
      if (is_secured)
        channel.read(got);
      send(fd.get(), channel.take_output());
    }
    channel.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    send(fd.get(), channel.take_output());
  }

  static void send(int fd, const std::string& bytes) {
    if (!bytes.empty())
      ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  /// The files of a certificate, for as long as the server lives.
  struct certificate_files {
    explicit certificate_files(const issued& own) {
      static std::atomic<int> made{0};
      folder = std::filesystem::temp_directory_path()
               / ("troupe-http-client-" + std::to_string(::getpid()) + "-"
                  + std::to_string(made++));
      std::filesystem::create_directory(folder);
      certificate = folder / "cert.pem";
      key = folder / "key.pem";
      std::ofstream{certificate} << own.certificate;
      std::ofstream{key} << own.key;
    }
    ~certificate_files() { std::filesystem::remove_all(folder); }

    std::filesystem::path folder;
    std::filesystem::path certificate;
    std::filesystem::path key;
  };

  certificate_files files_;
  unique_fd listener_;
  std::thread thread_;
};

} // namespace clients_of_http

BOOST_FIXTURE_TEST_SUITE(clients_of_http, loop_fixture)

BOOST_AUTO_TEST_CASE(a_request_is_whole_and_its_answer_comes) {
  http_server server{ok};
  client_at_work client{first, server.url("/hook?a=1")};
  auto a = client.post("[1]");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 200u);
  BOOST_TEST(a->excerpt == "thanks");
  auto r = server.wait_for(1).front();
  BOOST_TEST(r.body == "[1]");
  BOOST_TEST(r.head.starts_with("POST /hook?a=1 HTTP/1.1\r\n"));
  for (auto line : {"Content-Type: application/json\r\n", "Content-Length: 3\r\n",
                    "X-Secret: open sesame\r\n"})
    BOOST_TEST(r.head.find(line) != r.head.npos, line);
  BOOST_TEST(r.head.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n")
             != r.head.npos);
}

BOOST_AUTO_TEST_CASE(a_connection_is_used_again_and_replaced_when_it_was_closed) {
  http_server server{[](const posted_request&, size_t n) {
    auto r = http_reply(200);
    r.closes = n == 1; // without a word
    return r;
  }};
  client_at_work client{first, server.url()};
  for (auto body : {"0", "1", "2", "3"})
    BOOST_TEST(client.post(body).has_value());
  auto all = server.wait_for(4);
  BOOST_TEST(all[0].connection == all[1].connection);
  BOOST_TEST(all[1].connection != all[2].connection);
  BOOST_TEST(all[2].connection == all[3].connection);
}

BOOST_AUTO_TEST_CASE(a_large_body_arrives_as_it_was) {
  http_server server{ok};
  client_at_work client{first, server.url()};
  std::string body(3 * 1024 * 1024, 'x');
  for (size_t i = 0; i < body.size(); ++i)
    body[i] = static_cast<char>('a' + i % 26);
  BOOST_TEST(client.post(body).has_value());
  BOOST_TEST((server.wait_for(1).front().body == body));
}

BOOST_AUTO_TEST_CASE(why_there_is_no_answer_is_told) {
  http_server server{[](const posted_request&, size_t) {
    return scripted_reply{{}, true};
  }};
  auto at = "127.0.0.1:" + std::to_string(server.port()) + ": ";
  client_at_work client{first, server.url()};
  BOOST_TEST(client.post("1").error()
             == at + "the connection was closed before an answer");
  server.refuse();
  BOOST_TEST(client.post("2").error() == at + "Connection refused");
}

BOOST_AUTO_TEST_CASE(what_is_given_up_does_not_answer_the_next_request) {
  http_server server{[](const posted_request&, size_t n) {
    return n == 0 ? scripted_reply{} : http_reply(200, {}, "second");
  }};
  client_at_work client{first, server.url()};
  auto first_answer = client.send("1");
  server.wait_for(1);
  client.abandon();
  auto a = client.post("2");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->excerpt == "second");
  BOOST_CHECK_THROW(first_answer.get(), std::future_error); // its handler is gone
}

BOOST_AUTO_TEST_CASE(https_is_spoken_to_whom_the_authority_has_signed) {
  authority ca;
  tls_server server{ca.issue({.dns_names = {"localhost"}, .addresses = {"127.0.0.1"}})};
  auto file = std::filesystem::temp_directory_path()
              / ("troupe-http-client-ca-" + std::to_string(::getpid()) + ".pem");
  std::ofstream{file} << ca.certificate();
  auto trusting = tls::context::for_client(file, {}, tls::oldest_version::tls_1_2);
  BOOST_TEST_REQUIRE(trusting.has_value());
  client_at_work client{first, "https://127.0.0.1:" + std::to_string(server.port) + "/h",
                        *trusting};
  auto a = client.post("{}");
  std::filesystem::remove(file);
  BOOST_TEST_REQUIRE(a.has_value(), (a ? "" : a.error()));
  BOOST_TEST(a->status == 202u);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_authority_is_no_server_to_speak_to) {
  authority ca;
  authority stranger{"Stranger"};
  tls_server server{stranger.issue({.addresses = {"127.0.0.1"}})};
  auto file = std::filesystem::temp_directory_path()
              / ("troupe-http-client-other-" + std::to_string(::getpid()) + ".pem");
  std::ofstream{file} << ca.certificate();
  auto trusting = tls::context::for_client(file, {}, tls::oldest_version::tls_1_2);
  std::filesystem::remove(file);
  client_at_work client{first, "https://127.0.0.1:" + std::to_string(server.port) + "/h",
                        trusting.value()};
  auto a = client.post("{}");
  BOOST_TEST_REQUIRE(!a.has_value());
  BOOST_TEST(a.error().find("TLS: foreign_certificate") != a.error().npos, a.error());
  BOOST_TEST(server.got.empty());
}

BOOST_AUTO_TEST_SUITE_END()
