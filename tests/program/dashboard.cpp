// Proves how a node serves its page, whose WebSockets it takes, and what prints its URL.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace program;

namespace dashboard {

constexpr auto policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'; require-trusted-types-for 'script'";

/// A node with keys that are known, one of which needs to be escaped in a URL.
struct node_with_page : node_process {
  explicit node_with_page(const std::string& keys = {})
    : node_process("api_key = \"all?/k&\"\nview_key = \"look\"\n" + keys
                   + puppets("echo")) {}

  http_client stranger() const { return {port(), ""}; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }

  /// Returns the head of the answer to a request for a WebSocket.
  std::string upgrade(const std::string& target, const std::string& headers) const {
    auto s = stream::to_loopback(port());
    s.send("GET " + target + " HTTP/1.1\r\nHost: " + host() + "\r\n" + headers
           + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    return s.take_until("\r\n\r\n");
  }

  std::pair<int, std::string> command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {TROUPE_BINARY, "dashboard"});
    return run(arguments);
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// `troupe.key.` and the keys of the node in base64url.
constexpr auto with_key = "Sec-WebSocket-Protocol: troupe.v1, troupe.key.YWxsPy9rJg\r\n";
constexpr auto with_view_key = "Sec-WebSocket-Protocol: troupe.v1, troupe.key.bG9vaw\r\n";
constexpr auto chosen = "\r\nSec-WebSocket-Protocol: troupe.v1\r\n";

} // namespace dashboard

BOOST_AUTO_TEST_SUITE(dashboard)

BOOST_AUTO_TEST_CASE(the_page_is_there_for_anybody_and_is_held_to_itself) {
  node_with_page node;
  auto client = node.stranger();
  using row = std::pair<const char*, const char*>;
  for (auto [path, type] : {row{"/", "text/html; charset=utf-8"},
                            row{"/dashboard/app.js", "text/javascript; charset=utf-8"},
                            row{"/dashboard/app.css", "text/css; charset=utf-8"},
                            row{"/dashboard/favicon.svg", "image/svg+xml"},
                            row{"/dashboard/licenses.txt", "text/plain; charset=utf-8"},
                            row{"/favicon.ico", "image/x-icon"}}) {
    auto r = client.get(path);
    BOOST_TEST(r.status == 200, path);
    BOOST_TEST(r.headers["content-type"] == type);
    BOOST_TEST(r.headers["content-security-policy"] == policy);
    BOOST_TEST(r.headers["x-content-type-options"] == "nosniff");
    BOOST_TEST(r.headers["referrer-policy"] == "no-referrer");
    BOOST_TEST(r.headers["cross-origin-opener-policy"] == "same-origin");
    BOOST_TEST(r.headers["cache-control"] == "no-cache");
    BOOST_TEST(!r.body.text.empty(), path);
    auto head = client.request("HEAD", path);
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.headers["content-length"] == std::to_string(r.body.text.size()));
    client.send_request("GET", path, {}, "If-None-Match: " + r.headers["etag"] + "\r\n");
    auto again = client.read_response(false);
    BOOST_TEST(again.status == 304, path);
    BOOST_TEST(again.headers["etag"] == r.headers["etag"]);
    BOOST_TEST(client.post(path).status == 405);
  }
  auto page = client.get("/").body.text;
  BOOST_TEST(contains(page, "<script src=\"dashboard/app.js\""), page);
  BOOST_TEST(!contains(page, "<style"), page);
  BOOST_TEST(client.get("/nothing").status == 401);
  BOOST_TEST(contains(node.http().get("/metrics").body.text,
                      "route=\"/dashboard/app.js\",status=\"304\""));
}

BOOST_AUTO_TEST_CASE(it_is_compressed_and_arrives_whole_however_it_is_asked_for) {
  node_with_page node;
  auto client = node.stranger();
  auto whole = client.get("/dashboard/app.js").body.text;
  auto small =
      client.request("GET", "/dashboard/app.js", {}, "Accept-Encoding: gzip\r\n");
  BOOST_TEST(small.headers["content-encoding"] == "gzip");
  BOOST_TEST(small.body.text.starts_with("\x1f\x8b"));
  BOOST_TEST(small.body.text.size() < whole.size());
  // A client that asks for much before it reads gets all in order.
  constexpr auto requests = 100;
  for (int i = 0; i < requests; ++i)
    client.send_request("GET", i % 2 ? "/dashboard/app.js" : "/health");
  for (int i = 0; i < requests; ++i) {
    auto r = client.read_response();
    BOOST_TEST_REQUIRE(r.status == 200);
    BOOST_TEST((r.body.text == whole) == (i % 2 == 1));
  }
  client.send_request("GET", "/dashboard/app.js", {}, "Connection: close\r\n");
  client.stream().shut_down_writing();
  BOOST_TEST(client.read_response().body.text == whole);
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(one_that_is_off_is_not_found) {
  node_with_page node{"dashboard = false\n"};
  for (auto path : {"/", "/dashboard/app.js", "/favicon.ico"}) {
    auto r = node.stranger().get(path);
    BOOST_TEST(r.status == 404, path);
    BOOST_TEST(r["code"] == "not_found", r.body);
  }
  auto [status, told] = node.command({"--state-dir", node.state_dir()});
  BOOST_TEST(status == 1);
  BOOST_TEST(contains(told, "not_found: the dashboard is off"), told);
}

BOOST_AUTO_TEST_CASE(a_page_shows_its_key_as_a_subprotocol) {
  node_with_page node;
  for (auto key : {with_key, with_view_key}) {
    auto head = node.upgrade("/ws", key);
    BOOST_TEST(contains(head, "HTTP/1.1 101 "), head);
    BOOST_TEST(contains(head + "\r\n", chosen), head);
    BOOST_TEST(!contains(head, "troupe.key"), head);
  }
  BOOST_TEST(contains(node.upgrade("/api/input/echo/stream", with_view_key), " 403 "));
  BOOST_TEST(
      contains(node.upgrade("/ws", "Sec-WebSocket-Protocol: troupe.v1\r\n"), " 401 "));
  auto plain = node.upgrade("/ws", "X-API-Key: look\r\n");
  BOOST_TEST(contains(plain, "HTTP/1.1 101 "), plain);
  BOOST_TEST(!contains(plain, "Sec-WebSocket-Protocol"), plain);
  BOOST_TEST(!contains(node.errors(), "YWxsPy9rJg"));
}

BOOST_AUTO_TEST_CASE(a_page_of_another_origin_may_not_connect_even_with_the_key) {
  node_with_page node{"allow_origins = [\"https://proxy.example\"]\n"};
  auto from = [&](const std::string& origin) {
    return node.upgrade("/ws", "Origin: " + origin + "\r\n" + with_key);
  };
  for (auto& mine : {"http://" + node.host(), std::string{"https://proxy.example"}})
    BOOST_TEST(contains(from(mine), "HTTP/1.1 101 "), mine);
  for (auto& other : {std::string{"http://evil.example"}, "https://" + node.host(),
                      std::string{"http://127.0.0.1"}, std::string{"null"}})
    BOOST_TEST(contains(from(other), "HTTP/1.1 403 "), other);
  auto two = from("http://" + node.host() + "\r\nOrigin: http://evil.example");
  BOOST_TEST(contains(two, "HTTP/1.1 400 "), two);
}

BOOST_AUTO_TEST_CASE(the_command_prints_a_url_with_the_key_behind_its_hash) {
  node_with_page node;
  auto url = node.url() + "/#key=";
  using row = std::pair<std::vector<std::string>, std::string>;
  for (auto& [arguments, printed] :
       {row{{"--state-dir", node.state_dir()}, url + "all%3F%2Fk%26\n"},
        row{{"--node", node.socket()}, url + "all%3F%2Fk%26\n"},
        row{{"--view", "--state-dir", node.state_dir()}, url + "look\n"},
        row{{"--json", "--view", "--node", node.socket()},
            "{\"url\":\"" + url + "look\"}\n"}}) {
    auto [status, text] = node.command(arguments);
    BOOST_TEST(status == 0, text);
    BOOST_TEST(text == printed);
  }
  auto [status, text] = run({"env", "TROUPE_API_KEY=look", TROUPE_BINARY, "dashboard",
                             "--node", node.url() + "/"});
  BOOST_TEST(status == 0, text);
  BOOST_TEST(text == url + "look\n");
}

BOOST_AUTO_TEST_CASE(the_command_says_why_there_is_nothing_to_open) {
  node_with_page node;
  auto [wrong, told] = run(
      {"env", "TROUPE_API_KEY=wrong", TROUPE_BINARY, "dashboard", "--node", node.url()});
  BOOST_TEST(wrong == 1);
  BOOST_TEST(contains(told, "unauthorized: "), told);
  auto [keyless, wanted] = node.command({"--node", node.url()});
  BOOST_TEST(keyless == 1);
  BOOST_TEST(contains(wanted, "TROUPE_API_KEY"), wanted);
  auto [nobody, none] = node.command({"--json", "--state-dir", node.state_dir() + "/no"});
  BOOST_TEST(nobody == 3);
  BOOST_TEST(contains(none, "\"code\":\"unavailable\""), none);
}

BOOST_AUTO_TEST_CASE(a_node_without_http_or_without_a_view_key_says_so) {
  temporary_folder folder;
  node_process silent{"[node]\nstate_dir = \"" + (folder / "state")
                          + "\"\n[http]\nlisten = \"off\"\n" + puppets("echo"),
                      {.state_dir = folder / "state", .whole_file = true}};
  auto [status, told] = run({TROUPE_BINARY, "dashboard", "--node", silent.socket()});
  BOOST_TEST(status == 3);
  BOOST_TEST(contains(told, "no HTTP"), told);
  node_process one{puppets("echo")};
  auto [viewing, why] =
      run({TROUPE_BINARY, "dashboard", "--view", "--state-dir", one.state_dir()});
  BOOST_TEST(viewing == 3);
  BOOST_TEST(contains(why, "no view key is set: set `view_key` in [http], or"), why);
  auto [remote, unknown] = run({TROUPE_BINARY, "dashboard", "--view", "--node", one.url(),
                                "--state-dir", folder / "none"});
  BOOST_TEST(remote == 3);
  BOOST_TEST(contains(unknown, "is not known here"), unknown);
}

BOOST_AUTO_TEST_SUITE_END()
