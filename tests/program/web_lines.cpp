// Proves that workers of json-lines answer requests of a web front: text, bytes, parts,
// and what is no answer.
#include "tests/program/harness/web_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace web_lines {

struct lines_application {
  temporary_folder folder;
  node_process node{"[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"app\"\n"
                    + pool_of("app", {"python3", WEB_LINES_WORKER, folder / "notes"})};
  web_client client = [this] {
    node.worker_pid("app.0");
    return connect();
  }();

  web_client connect() const { return web_client{web_port(node, "app")}; }
};

} // namespace web_lines

BOOST_FIXTURE_TEST_SUITE(web_lines, lines_application)

BOOST_AUTO_TEST_CASE(a_request_is_one_object) {
  auto r = client.request("POST", "/echo?a=1", "text é",
                          "Cookie: id=7\r\nX-Mine: 1\r\nContent-Type: text/plain\r\n");
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r["method"] == "POST");
  BOOST_TEST(r["uri"] == "http://localhost/echo?a=1");
  BOOST_TEST(r["query"] == "a=1");
  BOOST_TEST(r["headers.X-Mine.0"] == "1");
  BOOST_TEST(r["cookies.id"] == "7");
  BOOST_TEST(r["remote_addr"] == "127.0.0.1");
  BOOST_TEST(r["body"] == "text é");
  auto form = client.request("POST", "/echo", "a=1&b%5B%5D=2",
                             "Content-Type: application/x-www-form-urlencoded\r\n");
  BOOST_TEST(form["parsed.a"] == "1", form.body);
  BOOST_TEST(form["parsed.b.0"] == "2");
  BOOST_TEST(form["body"].empty());
}

BOOST_AUTO_TEST_CASE(bytes_pass_in_base64) {
  std::string all;
  for (int i = 0; i < 100'000; ++i)
    all += static_cast<char>(i % 251);
  for (auto& body : {all, std::string{"text\n"}, std::string{}}) {
    auto r = client.request("POST", "/body", body, "Content-Type: x/y\r\n");
    BOOST_TEST(r.status == 200);
    BOOST_TEST((r.body == body));
  }
}

BOOST_AUTO_TEST_CASE(parts_have_their_status_first) {
  auto r = client.get("/parts");
  BOOST_TEST(r.interim == std::vector<int>{103}, boost::test_tools::per_element());
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.header("x-a") == "1|2");
  BOOST_TEST(r.body == "é\xff\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_cancels_its_request) {
  auto reader = connect();
  reader.send("GET", "/endless");
  reader.stream().take_until("xxx");
  reader.close();
  BOOST_TEST(eventually([&] { return read_file(folder / "notes") == "cancelled\n"; }));
  BOOST_TEST(client.get("/parts").status == 200);
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_a_bad_gateway) {
  for (std::string bad :
       {"null", "5", "{}", R"({"status":"200"})", R"({"status":103})",
        R"({"status":200,"headers":[1]})", R"({"status":200,"body_base64":"?"})"})
    BOOST_TEST(client.request("POST", "/bad", bad, "Content-Type: x/y\r\n").status == 502,
               bad);
  BOOST_TEST(client.get("/bad-part").status == 502);
  BOOST_TEST(client.get("/none").status == 500);
  BOOST_TEST(client.get("/parts").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
