// Proves what a client of a web front can rely on: the form of answers, streams, errors
// and limits; and what the node tells of its requests.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/scrape.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace program;

namespace web_front {

std::string front(const std::string& pool_keys, const std::string& web_keys) {
  return pool_of("app", {"python3", WEB_APP_WORKER}, pool_keys)
         + "[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"app\"\n" + web_keys;
}

/// Returns the port of the node's web front.
int port_of(const node_process& node) {
  const std::string mark = "web app at http://127.0.0.1:";
  std::string log;
  BOOST_TEST_REQUIRE(eventually([&] {
    log = node.errors();
    return log.find(mark) != std::string::npos;
  }));
  return std::stoi(log.substr(log.find(mark) + mark.size()));
}

/// A node with one web front.
struct web_node {
  explicit web_node(const std::string& pool_keys = {}, const std::string& web_keys = {})
    : node(front(pool_keys, web_keys)) {
    node.worker_pid("app.0");
    port = port_of(node);
  }

  stream connect() const { return stream::to_loopback(port); }

  /// Returns all that the front sends until it closes.
  std::string raw(std::string_view bytes) const {
    auto s = connect();
    s.send(bytes);
    BOOST_TEST(s.is_closed_within(patience));
    return s.take_arrived();
  }

  /// As above, for a GET of a client that wants the connection closed behind it.
  std::string get(const std::string& path, const std::string& headers = {}) const {
    return raw("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + headers
               + "\r\n");
  }

  node_process node;
  int port = 0;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Returns whether an answer begins with this status.
bool is(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + ' ');
}

std::string content_of(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace web_front

BOOST_AUTO_TEST_SUITE(web_front)

BOOST_AUTO_TEST_CASE(answers_leave_in_the_order_of_pipelined_requests) {
  web_node n{"size = 2"};
  n.node.worker_pid("app.1");
  auto text = n.raw("GET /nap HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /headers HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  auto first = text.find("\"uri\": \"http://h/nap\"");
  auto second = text.find("\r\n\r\nabc");
  BOOST_TEST_REQUIRE(first != std::string::npos);
  BOOST_TEST_REQUIRE(second != std::string::npos);
  BOOST_TEST(first < second);
}

BOOST_AUTO_TEST_CASE(the_framing_of_an_answer_is_the_fronts) {
  web_node n;
  auto whole = n.get("/headers");
  BOOST_TEST(is(whole, 200));
  BOOST_TEST(says(whole, "\r\nX-A: 1\r\nX-A: 2\r\n"));
  BOOST_TEST(says(whole, "\r\nContent-Length: 3\r\n"));
  BOOST_TEST(!says(whole, "999"));
  BOOST_TEST(!says(whole, "X-Local"));
  auto empty = n.get("/empty");
  BOOST_TEST(is(empty, 204));
  BOOST_TEST(!says(empty, "Content-Length"));
  auto head = n.raw("HEAD /headers HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(says(head, "\r\nContent-Length: 3\r\n"));
  BOOST_TEST(head.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(parts_are_chunks_and_a_connection_of_http_1_0_ends_with_them) {
  web_node n;
  auto chunked = n.get("/stream");
  BOOST_TEST(says(chunked, "\r\nTransfer-Encoding: chunked\r\n"));
  BOOST_TEST(
      chunked.ends_with("\r\n\r\n4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"));
  auto old = n.raw("GET /stream HTTP/1.0\r\n\r\n");
  BOOST_TEST(!says(old, "chunked"));
  BOOST_TEST(old.ends_with("\r\n\r\none two three"));
}

BOOST_AUTO_TEST_CASE(early_hints_come_before_the_answer_to_who_knows_them) {
  web_node n;
  auto text = n.get("/hints");
  BOOST_TEST(is(text, 103));
  BOOST_TEST(says(text, "\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"));
  auto old = n.raw("GET /hints HTTP/1.0\r\n\r\n");
  BOOST_TEST(is(old, 200));
}

BOOST_AUTO_TEST_CASE(bodies_are_bytes) {
  web_node n;
  std::string bytes;
  for (int i = 0; i < 256; ++i)
    bytes += static_cast<char>(i);
  auto head = "POST /body HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
              "Content-Length: 256\r\n\r\n";
  BOOST_TEST(n.raw(head + bytes).ends_with("\r\n\r\n" + bytes));
  BOOST_TEST(n.raw("POST /body HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
                 .ends_with("\r\n\r\nabc"));
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_has_a_status_and_no_secret) {
  web_node n{"size = 2", "internal_error_code = 520\n"};
  auto failed = n.get("/fail");
  BOOST_TEST(is(failed, 520));
  BOOST_TEST(!says(failed, "secret"));
  BOOST_TEST(eventually([&] { return says(n.node.errors(), "a secret"); }));
  BOOST_TEST(is(n.get("/die"), 502));
}

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_has_no_end) {
  web_node n;
  auto text = n.get("/broken");
  BOOST_TEST(is(text, 200));
  BOOST_TEST(text.ends_with("5\r\nbegun\r\n"));
}

BOOST_AUTO_TEST_CASE(nothing_follows_a_stream_that_breaks) {
  // The answer to the second request comes together with the end of the first one.
  web_node n{"window = 2\n"};
  auto text = n.raw("GET /broken-later HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /empty HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(is(text, 200));
  BOOST_TEST(text.ends_with("5\r\nbegun\r\n"));
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_503_and_a_slow_worker_504) {
  web_node n{"queue_limit = 0\nexec_timeout = \"1s\""};
  auto slow = n.connect();
  slow.send("GET /sleep HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(eventually([&] {
    auto other = n.get("/headers");
    return is(other, 503) && says(other, "\r\nRetry-After: ");
  }));
  BOOST_TEST(is(slow.take_until("\r\n\r\n"), 504));
}

BOOST_AUTO_TEST_CASE(what_is_too_long_or_could_be_read_in_two_ways_is_refused) {
  web_node n{"", "max_body = \"1KiB\"\n"};
  BOOST_TEST(
      is(n.raw("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\n\r\n"), 413));
  BOOST_TEST(is(n.raw("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                400));
  BOOST_TEST(is(n.raw("GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n"), 400));
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_a_stream_gives_its_worker_back) {
  web_node n{"abandoned = \"kill\""};
  {
    auto s = n.connect();
    s.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
    s.take_until("\r\n\r\n");
  }
  BOOST_TEST(is(n.get("/headers"), 200)); // it has one worker
}

BOOST_AUTO_TEST_CASE(only_a_trusted_proxy_says_who_the_client_is) {
  auto forwarded = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n";
  web_node trusting{"", "trusted_proxies = [\"127.0.0.0/8\"]\n"};
  auto told = trusting.get("/x", forwarded);
  BOOST_TEST(says(told, "\"remote_addr\": \"1.2.3.4\""));
  BOOST_TEST(says(told, "\"uri\": \"https://h/x\""));
  web_node wary;
  told = wary.get("/x", forwarded);
  BOOST_TEST(says(told, "\"remote_addr\": \"127.0.0.1\""));
  BOOST_TEST(says(told, "\"uri\": \"http://h/x\""));
}

BOOST_AUTO_TEST_CASE(each_request_is_logged_and_counted_and_the_file_is_reopened) {
  web_node n{"", "access_log = \"access.log\"\n"};
  auto file = n.node.state_dir() + "/access.log";
  BOOST_TEST(is(n.get("/headers"), 200));
  auto has = [](const std::string& path, const std::string& line) {
    return eventually([&] { return says(content_of(path), line); });
  };
  BOOST_TEST(has(file, "\"GET /headers HTTP/1.1\" 200 3\n"));
  std::filesystem::rename(file, file + ".1");
  n.node.signal(SIGUSR1);
  BOOST_TEST(eventually([&] { return std::filesystem::exists(file); }));
  BOOST_TEST(is(n.get("/empty"), 204));
  BOOST_TEST(has(file, "\"GET /empty HTTP/1.1\" 204 -\n"));
  scrape s{n.node};
  BOOST_TEST(s["troupe_http_requests_total{route=web.app,status=200}"] == 1);
  BOOST_TEST(s["troupe_http_requests_total{route=web.app,status=204}"] == 1);
}

BOOST_AUTO_TEST_CASE(of_a_file_what_has_left_is_logged) {
  temporary_folder folder;
  std::ofstream{folder / "big"};
  std::filesystem::resize_file(folder / "big", 64 << 20);
  web_node n{"", "access_log = true\nstatic = { dir = \"" + (folder / "") + "\" }\n"};
  {
    auto s = n.connect();
    s.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    s.take_until("\r\n\r\n");
  }
  BOOST_TEST(
      eventually([&] { return says(n.node.errors(), "\"GET /big HTTP/1.1\" 200 "); }));
  BOOST_TEST(!says(n.node.errors(), " 67108864"));
}

BOOST_AUTO_TEST_CASE(a_file_is_found_however_its_request_is_spelled) {
  temporary_folder folder;
  std::ofstream{folder / "page"} << "0123456789";
  web_node n{"", "static = { dir = \"" + (folder / "") + "\" }\n"};
  auto whole = n.get("/page");
  BOOST_TEST(says(whole, "\r\n\r\n0123456789"), whole);
  auto for_a_proxy = n.get("http://h/page?v=1");
  BOOST_TEST(says(for_a_proxy, "\r\n\r\n0123456789"), for_a_proxy);
  auto at = whole.find("ETag: ") + 6;
  auto tag = whole.substr(at, whole.find('\r', at) - at);
  // A list in two headers is one list.
  auto known =
      n.get("/page", "If-None-Match: \"other\"\r\nIf-None-Match: " + tag + "\r\n");
  BOOST_TEST(is(known, 304), known);
  // Which of two ranges is meant nobody knows.
  auto doubtful = n.get("/page", "Range: bytes=0-1\r\nRange: bytes=2-3\r\n");
  BOOST_TEST(is(doubtful, 200), doubtful);
}

BOOST_AUTO_TEST_CASE(a_record_of_the_log_has_fields) {
  node_options json;
  json.node_keys = "log = { format = \"json\" }\n";
  node_process node{front("", "access_log = true\n"), json};
  node.worker_pid("app.0");
  auto s = stream::to_loopback(port_of(node));
  s.send("GET /headers HTTP/1.1\r\nHost: h\r\n\r\n");
  s.take_until("abc");
  BOOST_TEST(eventually([&] {
    auto text = node.errors();
    return says(text, "\"event\":\"access\"") && says(text, "\"target\":\"/headers\"")
           && says(text, "\"status\":200") && says(text, "\"bytes\":3");
  }));
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_pool_loses_no_request) {
  web_node n{"size = 2"};
  n.node.worker_pid("app.1");
  auto s = n.connect();
  auto ask = [&] {
    s.send("GET /nap HTTP/1.1\r\nHost: h\r\n\r\n");
    return s.take_until("\"body\": \"\"}");
  };
  auto before = n.node.worker_pid("app.0");
  BOOST_TEST(is(ask(), 200));
  auto restarting = n.node.connect();
  restarting.send_call("r", "$node", "restart", R"({"name":"app"})");
  auto over = eventually([&] {
    BOOST_TEST(is(ask(), 200));
    return n.node.worker_pid("app.0") != before;
  });
  BOOST_TEST(over);
}

BOOST_AUTO_TEST_SUITE_END()
