#include "tests/broker/support.hpp"

#include "broker/client/socket_client.hpp"

using namespace std::chrono_literals;
using test::fault_in;
using test::good;
using test::payload_in;
using test::peer;
using test::server;
using test::temporary_folder;
using troupe::code;
using troupe::client::socket_client;

namespace socket_clients {

/// Reads a line and answers it as the call `id`.
std::string answer(peer& p, std::string_view id, std::string_view members) {
  auto line = p.read_line();
  p.write("{\"request_id\":\"" + std::string{id} + "\",\"kind\":\"k\","
          + std::string{members} + "}\n");
  return line;
}

} // namespace socket_clients

BOOST_AUTO_TEST_SUITE(socket_clients)

BOOST_AUTO_TEST_CASE(calls_are_answered_one_after_the_other) {
  temporary_folder folder;
  std::vector<std::string> lines;
  server node{folder.path / "s", [&](peer& p) {
                lines.push_back(answer(p, "1", R"("payload":{"n":1},"worker":"e.0")"));
                lines.push_back(answer(p, "2", R"("payload":2)"));
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  BOOST_TEST(payload_in(c->call("echo", "up", "{\n\"a\": 1\r\n}")) == R"({"n":1})");
  troupe::client::call_options all{250ms, true, -3, "a \"key\"", true};
  BOOST_TEST(payload_in(c->call("echo@b", "u\"p", "null", all)) == "2");
  node.stop();
  BOOST_TEST(lines[0]
             == R"({"request_id":"1","to":"echo","kind":"up","payload":{ "a": 1  }})");
  BOOST_TEST(lines[1]
             == R"({"request_id":"2","to":"echo@b","kind":"u\"p","payload":null,)"
                R"("timeout_ms":250,"idempotent":true,"priority":-3,)"
                R"("key":"a \"key\"","stream":true})");
}

BOOST_AUTO_TEST_CASE(a_call_may_have_an_id_of_its_own) {
  temporary_folder folder;
  std::string line;
  server node{folder.path / "s",
              [&](peer& p) { line = answer(p, R"(a\"b)", R"("payload":2)"); }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  troupe::client::call_options named;
  named.request_id = "a\"b";
  BOOST_TEST(payload_in(c->call("echo", "up", "null", named)) == "2");
  node.stop();
  BOOST_TEST(line.starts_with(R"({"request_id":"a\"b",)"));
}

BOOST_AUTO_TEST_CASE(an_error_is_the_fault_it_names) {
  temporary_folder folder;
  server node{folder.path / "s", [](peer& p) {
                answer(p, "1", R"("error":{"code":"busy","message":"full","n":1})");
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  auto f = fault_in(c->call("echo", "up", "null"));
  BOOST_TEST((f == troupe::fault{code::busy, "full", {.relayed = "\"n\":1"}}));
}

BOOST_AUTO_TEST_CASE(parts_are_handed_over_before_the_answer) {
  temporary_folder folder;
  server node{folder.path / "s", [](peer& p) {
                p.read_line();
                p.write("{\"request_id\":\"1\",\"kind\":\"chunk\",\"payload\":1}\n"
                        "{\"request_id\":\"7\",\"kind\":\"chunk\",\"payload\":0}\n"
                        "{\"request_id\":\"1\",\"kind\":\"chunk\",\"pay");
                p.write(
                    "load\":2}\n{\"request_id\":\"1\",\"kind\":\"k\",\"payload\":3}\n");
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  std::string parts;
  troupe::client::call_options streamed;
  streamed.stream = true;
  auto result = c->call("echo", "up", "null", streamed,
                        [&](const troupe::shared_bytes& part) { parts += part.view(); });
  BOOST_TEST(payload_in(result) == "3");
  BOOST_TEST(parts == "12");
}

BOOST_AUTO_TEST_CASE(an_error_without_an_id_is_about_the_call) {
  temporary_folder folder;
  server node{folder.path / "s", [](peer& p) {
                p.read_line();
                p.write(
                    "{\"request_id\":null,\"kind\":\"\",\"payload\":null,"
                    "\"error\":{\"code\":\"payload_too_large\",\"message\":\"m\"}}\n");
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  BOOST_TEST(fault_in(c->call("echo", "up", "null")).what == code::payload_too_large);
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_during_a_call_is_a_fault_and_made_anew) {
  temporary_folder folder;
  int connections = 0;
  server node{folder.path / "s", [&](peer& p) {
                if (++connections == 1)
                  p.read_line();
                else
                  answer(p, "2", "\"payload\":5");
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  BOOST_TEST(fault_in(c->call("echo", "up", "null")).what == code::node_down);
  BOOST_TEST(payload_in(c->call("echo", "up", "null")) == "5");
}

BOOST_AUTO_TEST_CASE(a_node_that_speaks_something_else_is_a_fault) {
  temporary_folder folder;
  server node{folder.path / "s", [](peer& p) { p.write("220 mail ready\r\n"); }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  BOOST_TEST(fault_in(c->call("echo", "up", "null")).what == code::internal);
}

BOOST_AUTO_TEST_CASE(a_call_of_many_bytes_gets_through) {
  temporary_folder folder;
  server node{folder.path / "s", [&](peer& p) {
                auto n = p.read_line().size();
                p.write("{\"request_id\":\"1\",\"payload\":\"" + std::string(n, 'y')
                        + "\"}\n");
              }};
  auto c = good(socket_client::connect((folder.path / "s").string()));
  auto big = '"' + std::string(3'000'000, 'x') + '"';
  BOOST_TEST(payload_in(c->call("echo", "up", big)).size() > big.size());
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_not_there_or_too_long_is_unavailable) {
  for (auto& path : {std::string{"/no/such/socket"}, std::string(200, 'x')}) {
    auto opened = socket_client::connect(path);
    BOOST_TEST_REQUIRE(!opened);
    auto& f = opened.error();
    BOOST_TEST(f.what == code::unavailable);
    BOOST_TEST(f.message.find(path) != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
