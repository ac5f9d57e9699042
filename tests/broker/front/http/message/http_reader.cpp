// Proves that a client's bytes are taken apart into requests as RFC 9112 says, wherever
// they are cut, and that what is no body stays bounded.
#include "broker/front/http/message/http_reader.hpp"
#include "broker/front/front_limits.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace troupe;
using namespace troupe::front::http;

namespace http_readers {

constexpr size_t most = 1000;

/// What became of some bytes: the bodies of the requests, and why it ended.
struct reading {
  std::vector<std::string> bodies;
  std::optional<http_refusal> refused;
  /// Bytes that were taken.
  size_t taken = 0;
};

/// Feeds `bytes`, `step` at a time.
reading read(std::string_view bytes, size_t step = 1'000'000) {
  reading r;
  http_reader reader;
  std::string pending;
  for (size_t at = 0; at < bytes.size() && !r.refused; at += step) {
    pending += bytes.substr(at, step);
    r.taken = std::min(at + step, bytes.size());
    std::string_view in = pending;
    for (auto e = reader.next(in); e != http_reader::event::none; e = reader.next(in)) {
      if (e == http_reader::event::head) {
        reader.accept(most);
      } else if (e == http_reader::event::request) {
        r.bodies.push_back(reader.take_body());
        reader.finish_request();
      } else {
        r.refused = reader.refusal();
        break;
      }
    }
    pending.erase(0, pending.size() - in.size());
  }
  return r;
}

std::string post(const std::string& headers, const std::string& body = {}) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";

void is_refused(const std::string& bytes, const std::string& why, unsigned status = 0) {
  for (size_t step : {size_t{1}, size_t{1'000'000}}) {
    auto r = read(bytes, step);
    BOOST_REQUIRE_MESSAGE(r.refused, bytes);
    BOOST_TEST(r.refused->why.message.find(why) != std::string::npos,
               bytes << " -> " << r.refused->why.message);
    BOOST_TEST(r.refused->status == status, bytes);
  }
}

} // namespace http_readers

BOOST_AUTO_TEST_SUITE(http_readers)

BOOST_AUTO_TEST_CASE(a_head_that_comes_again_is_known_and_any_other_is_read) {
  http_reader reader;
  auto next_head = [&](const std::string& bytes) {
    std::string_view in = bytes;
    BOOST_REQUIRE((reader.next(in) == http_reader::event::head));
    auto same = reader.is_same_head();
    auto& fields = reader.head().fields;
    std::string id{fields["X-Request-Id"].data(), fields["X-Request-Id"].size()};
    reader.accept(most);
    BOOST_REQUIRE((reader.next(in) == http_reader::event::request));
    BOOST_TEST(reader.take_body() == "body");
    reader.finish_request();
    return std::pair{id, same};
  };
  using seen = std::pair<std::string, bool>;
  auto with_id = [](const std::string& id) {
    return post("X-Request-Id: " + id + "\r\nContent-Length: 4\r\n", "body");
  };
  BOOST_TEST((next_head(with_id("a")) == seen{"a", false}));
  BOOST_TEST((next_head(with_id("a")) == seen{"a", true}));
  BOOST_TEST((next_head(with_id("b")) == seen{"b", false}));
  BOOST_TEST((next_head("\r\n" + with_id("b")) == seen{"b", true}));
}

BOOST_AUTO_TEST_CASE(requests_are_cut_wherever_their_bytes_end) {
  auto bytes =
      post("Content-Length: 3\r\n", "abc") + "\r\n"
      + post(chunked, "2\r\nde\r\n0003 ; x=\"y\"\r\nfgh\r\n0\r\nTrailer: 1\r\n\r\n")
      + post("") + post("Content-Length: 1\r\n", "i");
  for (size_t step : {1, 2, 3, 7, 1000}) {
    auto r = read(bytes, step);
    BOOST_TEST(!r.refused);
    BOOST_REQUIRE(r.bodies.size() == 4u);
    BOOST_TEST(r.bodies[0] == "abc");
    BOOST_TEST(r.bodies[1] == "defgh");
    BOOST_TEST(r.bodies[2] == "");
    BOOST_TEST(r.bodies[3] == "i");
  }
}

BOOST_AUTO_TEST_CASE(what_could_be_framed_in_two_ways_is_refused) {
  is_refused(post(chunked + "Content-Length: 3\r\n", "abc"), "");
  is_refused(post("Content-Length: 3\r\n" + chunked, "abc"), "");
  is_refused(post("Content-Length: 3\r\nContent-Length: 3\r\n"), "Content-Length");
  is_refused(post("Content-Length: 3, 3\r\n"), "Content-Length");
  for (auto length : {"-1", "+3", "0x3", "3 3", "", "99999999999999999999999"})
    is_refused(post("Content-Length: " + std::string{length} + "\r\n"), "Content-Length");
  for (auto coding :
       {"gzip", "identity", "gzip, chunked", "chunked, chunked", "chunked;q=1"})
    is_refused(post("Transfer-Encoding: " + std::string{coding} + "\r\n"),
               "Transfer-Encoding");
  is_refused(post(chunked + chunked), "Transfer-Encoding");
  is_refused("POST / HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n", "Transfer-Encoding");
  is_refused("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "next line");
  is_refused("GET / HTTP/1.1\nHost: x\n\n", "carriage return");
  is_refused("GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "not HTTP");
  is_refused("GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", "not HTTP");
}

BOOST_AUTO_TEST_CASE(a_page_has_one_origin) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  BOOST_TEST(read(head + "Origin: http://x\r\n\r\n").bodies.size() == 1u);
  for (std::string first : {"", " http://x", " http://y"})
    is_refused(head + "Origin:" + first + "\r\nOrigin: http://y\r\n\r\n",
               "Origin: expected once, not 2 times");
}

BOOST_AUTO_TEST_CASE(http_1_1_has_one_host) {
  is_refused("GET / HTTP/1.1\r\n\r\n", "Host");
  is_refused("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "Host");
  is_refused("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "Host");
  is_refused("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "Host");
  for (auto good :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / HTTP/1.7\r\nHost: x\r\n\r\n"})
    BOOST_TEST(read(good).bodies.size() == 1u, good);
  is_refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/2.0", 505);
  is_refused("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "not HTTP");
}

BOOST_AUTO_TEST_CASE(chunks_are_taken_to_the_letter) {
  for (auto body : {"g\r\n", "\r\n", "-1\r\n", "1\nx", "1\r\nxy", "1 x\r\n", "1\r\nx\r0",
                    "0\r\nGET / HTTP/1.1\r\n\r\n", "0\r\n x: y\r\n", "1;\x01\r\n"})
    is_refused(post(chunked, body), "chunks");
  is_refused(post(chunked, "ffffffffffffffffff\r\n"), "longer than");
  is_refused(post(chunked, "3e9\r\n" + std::string(1001, 'x')), "longer than 1000");
  is_refused(post(chunked, "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx"),
             "longer than 1000");
  is_refused(post("Content-Length: 1001\r\n"), "longer than 1000");
}

BOOST_AUTO_TEST_CASE(heads_extensions_and_trailers_have_one_limit) {
  const std::string flood(2 * limits::http_head, '0');
  const std::string many_lines = [] {
    std::string all;
    while (all.size() < 2 * limits::http_head)
      all += "a: b\r\n";
    return all;
  }();
  std::string ends;
  while (ends.size() < 2 * limits::http_head)
    ends += "\r\n";
  for (auto& [bytes, status] : std::vector<std::pair<std::string, unsigned>>{
           {"GET /" + flood, 414},
           {post("A: " + flood), 431},
           {post(many_lines), 431},
           {ends, 431},
           {post(chunked, "1;" + flood), 431},
           {post(chunked, "1;" + flood.substr(0, 9000) + "\r\nx\r\n1;" + flood), 431},
           {post(chunked, "1 " + std::string(flood.size(), ' ')), 431},
           {post(chunked, "0" + flood), 431},
           {post(chunked, "0\r\n" + many_lines), 431},
           {post(chunked, "0\r\na: " + flood), 431}}) {
    auto r = read(bytes, 100);
    BOOST_REQUIRE(r.refused);
    BOOST_TEST(r.refused->status == status, r.refused->why.message);
    BOOST_TEST(r.taken < limits::http_head + 1000);
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_wanted_is_read_over) {
  http_reader reader;
  auto bytes =
      post("Content-Length: 5\r\n", "abcde") + post("Content-Length: 1\r\n", "f");
  std::string_view in = bytes;
  BOOST_TEST((reader.next(in) == http_reader::event::head));
  reader.discard();
  BOOST_TEST((reader.next(in) == http_reader::event::dropped));
  BOOST_TEST((reader.next(in) == http_reader::event::head)); // of the next one
  reader.accept(most);
  BOOST_TEST((reader.next(in) == http_reader::event::request));
  BOOST_TEST(reader.take_body() == "f");
}

BOOST_AUTO_TEST_SUITE_END()
