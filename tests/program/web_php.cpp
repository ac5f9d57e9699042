// Proves that an application as RoadRunner's PSR-7 workers are gets requests and answers
// them behind a web front: forms, files, cookies, streams, and every byte as it was.
#include "tests/program/web_php.hpp"

#include <boost/crc.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace program;

namespace web_php {

std::string crc_of(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::to_string(crc.checksum());
}

/// Every value of a byte, in an order of their own.
std::string bytes_of(size_t size) {
  std::string all(size, '\0');
  uint32_t x = 1;
  for (auto& c : all) {
    x = x * 1664525 + 1013904223;
    c = static_cast<char>(x >> 24);
  }
  return all;
}

/// Returns the files below a folder, which need not be there.
size_t files_below(const std::string& folder) {
  std::error_code none;
  size_t n = 0;
  for (std::filesystem::recursive_directory_iterator i{folder, none}, end; i != end;
       i.increment(none))
    n += i->is_regular_file(none);
  return n;
}

struct application : php_node {
  application()
    : php_node("max_body = \"9MiB\"", "size = 2\nmax_frame = \"16MiB\"") {}

  web_client client = connect();
};

} // namespace web_php

BOOST_FIXTURE_TEST_SUITE(web_php, application)

BOOST_AUTO_TEST_CASE(a_request_has_all_that_psr_7_asks_for) {
  auto r = client.request("GET", "/echo?a=1&b%5B%5D=2", {},
                          "X-Mine: 1\r\nx-mine: 2\r\nCookie: id=7; n=a%20b\r\n");
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r.header("content-type") == "application/json");
  BOOST_TEST(r.header("content-length") == std::to_string(r.body.size()));
  BOOST_TEST(r["method"] == "GET");
  BOOST_TEST(r["uri"] == "http://localhost/echo?a=1&b%5B%5D=2");
  BOOST_TEST(r["protocol"] == "HTTP/1.1");
  BOOST_TEST(r["remoteAddr"] == "127.0.0.1");
  BOOST_TEST(r["rawQuery"] == "a=1&b%5B%5D=2");
  BOOST_TEST(r["query.b.0"] == "2");
  BOOST_TEST(r["headers.Host.0"] == "localhost");
  BOOST_TEST(r["headers.X-Mine"] == R"(["1","2"])");
  BOOST_TEST(r["cookies.id"] == "7");
  BOOST_TEST(r["cookies.n"] == "a b");
  BOOST_TEST(r["parsed"] == "false");
  BOOST_TEST(r["uploads"] == "null");
  BOOST_TEST(r["size"] == "0");
}

BOOST_AUTO_TEST_CASE(fields_of_a_form_are_a_tree) {
  auto r = client.request("POST", "/echo", "a=1&b%5B%5D=2&b%5B%5D=3&c%5Bd%5D=e+f",
                          "Content-Type: application/x-www-form-urlencoded\r\n");
  BOOST_TEST(r["parsed"] == "true", r.body);
  BOOST_TEST(r["fields"] == R"({"a":"1","b":["2","3"],"c":{"d":"e f"}})");
}

BOOST_AUTO_TEST_CASE(files_of_a_form_are_there_until_the_answer) {
  auto photo = bytes_of(300'000);
  auto [body, type] = multipart({{"title", "ä"},
                                 {"photo", photo, "p.jpg", "image/jpeg"},
                                 {"docs[]", "one", "1.txt", "text/plain"},
                                 {"docs[]", "", "2.txt", "text/plain"},
                                 {"bad", "<?php", "x.php", "text/plain"}});
  auto r = client.request("POST", "/files", body, type);
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r["fields.title"] == "ä", r.body);
  BOOST_TEST(r["files.photo.name"] == "p.jpg", r.body);
  BOOST_TEST(r["files.photo.mime"] == "image/jpeg");
  BOOST_TEST(r["files.photo.size"] == "300000");
  BOOST_TEST(r["files.photo.error"] == "0");
  BOOST_TEST(r["files.photo.crc"] == crc_of(photo));
  BOOST_TEST(r["files.photo.mode"] == "600");
  BOOST_TEST(r["files.docs/0.crc"] == crc_of("one"));
  BOOST_TEST(r["files.docs/1.size"] == "0");
  BOOST_TEST(r["files.bad.error"] == "8");
  BOOST_TEST(r["files.bad.there"] == "false");
  auto path = r["files.photo.tmpName"];
  BOOST_TEST(eventually([&] { return !std::filesystem::exists(path); }), path);
}

BOOST_AUTO_TEST_CASE(files_of_a_client_or_a_worker_that_goes_are_removed) {
  auto uploads = node.state_dir() + "/uploads";
  auto [body, type] = multipart({{"f", bytes_of(300'000), "f.bin", "x/y"}});
  auto cut = connect();
  cut.stream().send("POST /files HTTP/1.1\r\nHost: h\r\n" + type + "Content-Length: "
                    + std::to_string(body.size()) + "\r\n\r\n" + body.substr(0, 200'000));
  BOOST_TEST(eventually([&] { return files_below(uploads) == 1u; }));
  cut.close();
  BOOST_TEST(eventually([&] { return files_below(uploads) == 0u; }));
  BOOST_TEST(client.request("POST", "/die", body, type).status == 502);
  BOOST_TEST(eventually([&] { return files_below(uploads) == 0u; }));
}

BOOST_AUTO_TEST_CASE(other_bodies_stay_as_they_came) {
  std::string json = R"({"a": [1,2]})"
                     "\n";
  auto r = client.request("POST", "/echo", json, "Content-Type: application/json\r\n");
  BOOST_TEST(r["parsed"] == "false", r.body);
  BOOST_TEST(r["crc"] == crc_of(json));
  auto all = bytes_of(1'000'000);
  for (std::string method : {"POST", "PUT", "PATCH"}) {
    auto back = client.request(method, "/body", all);
    BOOST_TEST(back.status == 200);
    BOOST_TEST((back.body == all), method);
  }
  BOOST_TEST(client.get("/bytes").body.size() == 256u);
}

BOOST_AUTO_TEST_CASE(large_bodies_pass_up_to_the_limit_of_the_front) {
  auto all = bytes_of(size_t{8} << 20);
  auto r = client.request("POST", "/echo", all, "Content-Type: x/y\r\n");
  BOOST_TEST(r["size"] == std::to_string(all.size()), r.body);
  BOOST_TEST(r["crc"] == crc_of(all));
  auto back = client.request("POST", "/body", all, "Content-Type: x/y\r\n");
  BOOST_TEST((back.body == all));
  auto more = connect();
  more.stream().send(
      "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n");
  BOOST_TEST(more.read().status == 413);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_one_body) {
  client.stream().send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                       "\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  auto r = client.read();
  BOOST_TEST(r["size"] == "5", r.body);
  BOOST_TEST(r["crc"] == crc_of("abcde"));
}

BOOST_AUTO_TEST_CASE(headers_of_one_name_stay_apart) {
  BOOST_TEST(client.get("/cookies").header("set-cookie") == "a=1; Path=/|b=2");
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_have_none_whatever_the_worker_says) {
  auto head = client.request("HEAD", "/status/200");
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.header("content-length") == "10");
  for (int status : {204, 304}) {
    auto r = client.get("/status/" + std::to_string(status));
    BOOST_TEST(r.status == status);
    BOOST_TEST(r.header("content-length").empty());
  }
  BOOST_TEST(client.request("HEAD", "/parts/3").status == 200);
  // The connection is in step: nothing of those bodies was sent.
  BOOST_TEST(client.get("/status/404").body == "status 404");
}

BOOST_AUTO_TEST_CASE(parts_are_sent_as_they_come) {
  auto r = client.get("/parts/3?size=5");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.body == "part 1\nxxxxxpart 2\nxxxxxpart 3\nxxxxxend");
  BOOST_TEST(r.chunks >= 1u);
  BOOST_TEST(r.header("content-length").empty());
  auto long_one = client.get("/parts/100?size=100000");
  BOOST_TEST(long_one.body.size() > 10'000'000u);
  BOOST_TEST(long_one.body.ends_with("end"));
}

BOOST_AUTO_TEST_CASE(early_hints_come_before_the_answer) {
  auto r = client.get("/early");
  BOOST_TEST(r.interim == std::vector<int>{103}, boost::test_tools::per_element());
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.body == "hinted");
}

BOOST_AUTO_TEST_CASE(a_worker_is_told_to_stop_when_its_client_goes) {
  auto first = node.worker_pid("php.0");
  auto second = node.worker_pid("php.1");
  auto reader = connect();
  reader.send("GET", "/endless");
  reader.stream().take_until("xxx");
  reader.close();
  BOOST_TEST(noted("stopped"));
  // No worker was replaced for that.
  BOOST_TEST(node.worker_pid("php.0") == first);
  BOOST_TEST(node.worker_pid("php.1") == second);
}

BOOST_AUTO_TEST_CASE(requests_in_a_row_are_answered_in_their_order) {
  std::string all;
  for (auto path : {"/status/201", "/parts/2", "/status/404", "/bytes"})
    all += std::string{"GET "} + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  client.stream().send(all);
  BOOST_TEST(client.read().status == 201);
  BOOST_TEST(client.read().body == "part 1\npart 2\nend");
  BOOST_TEST(client.read().status == 404);
  BOOST_TEST(client.read().body.size() == 256u);
}

BOOST_AUTO_TEST_CASE(headers_that_are_the_fronts_or_would_break_it_do_not_pass) {
  auto r = client.request("POST", "/headers",
                          R"({"Connection":["x"],"Transfer-Encoding":["chunked"],)"
                          R"("Content-Length":["99"],"Keep-Alive":["1"],"X-A":["1"]})",
                          "Content-Type: application/json\r\n");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.header("x-a") == "1");
  BOOST_TEST(r.header("keep-alive").empty());
  BOOST_TEST(r.header("transfer-encoding").empty());
  BOOST_TEST(r.body.empty());
  for (std::string bad :
       {R"({"X-A":["1\r\nX-B: 2"]})", R"({"X A":["1"]})", R"({"X-A":["\u0000"]})"}) {
    auto broken =
        client.request("POST", "/headers", bad, "Content-Type: application/json\r\n");
    BOOST_TEST(broken.status == 502, bad);
    BOOST_TEST(broken.header("x-b").empty());
  }
  BOOST_TEST(client.get("/status/200").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
