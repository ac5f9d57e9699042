#include "tests/broker/support.hpp"

#include "broker/client/node_locator.hpp"

#include <sys/stat.h>
#include <unistd.h>

using test::environment_variable;
using test::peer;
using test::server;
using test::temporary_folder;
using troupe::code;
using troupe::client::node_locator;
using troupe::client::open_client;
using troupe::client::with_environment;

namespace finding_a_node {

/// Answers each line or request with which server it is.
server::service lines_from(std::string name) {
  return [name](peer& p) {
    for (int id = 1; !p.read_line().empty(); ++id)
      p.write("{\"request_id\":\"" + std::to_string(id) + "\",\"payload\":\"" + name
              + "\"}\n");
  };
}

server::service http_with_key(std::string key) {
  return [key](peer& p) {
    for (auto r = p.read_request(); !r.empty(); r = p.read_request()) {
      auto has_key = r.find("X-API-Key: " + key + "\r\n") != std::string::npos;
      p.respond("200 OK",
                has_key ? "{\"payload\":\"http\"}" : "{\"payload\":\"no key\"}");
    }
  };
}

std::string asked(const node_locator& where) {
  return test::payload_in(
      test::good(open_client(where))->call("$node", "health", "null"));
}

/// Returns why nothing is found.
std::string why_not(const node_locator& where) {
  auto opened = open_client(where);
  BOOST_TEST_REQUIRE(!opened);
  BOOST_TEST(opened.error().what == code::unavailable);
  return opened.error().message;
}

std::string connection(const std::string& url, const std::string& socket) {
  return "{\"url\":\"" + url
         + "\",\"port\":1,\"api_key\":\"right\",\"pid\":1,\"socket\":\"" + socket
         + "\",\"node\":\"n\"}\n";
}

bool tells_what_to_do(const std::string& message) {
  return message.find("troupe serve") != std::string::npos
         && message.find("--node") != std::string::npos;
}

} // namespace finding_a_node

BOOST_AUTO_TEST_SUITE(finding_a_node)

BOOST_AUTO_TEST_CASE(the_socket_of_the_state_directory_is_preferred) {
  temporary_folder folder;
  server socket{folder.path / "s", lines_from("socket")};
  server web{http_with_key("right")};
  for (auto name : {(folder.path / "s").string(), std::string{"s"}}) {
    folder.write("connection.json", connection(web.url(), name));
    BOOST_TEST(asked({"", "", folder.path}) == "\"socket\"");
  }
}

BOOST_AUTO_TEST_CASE(the_socket_of_another_user_is_left_for_the_url) {
  temporary_folder folder;
  server socket{folder.path / "s", lines_from("socket")};
  server web{http_with_key("right")};
  folder.write("connection.json", connection(web.url(), "s"));
  if (::chown((folder.path / "s").c_str(), 65534, 65534) != 0) {
    BOOST_TEST_MESSAGE("SKIPPED: only root may give a socket away");
    return;
  }
  BOOST_TEST(asked({"", "", folder.path}) == "\"http\"");
  folder.write("connection.json", connection("", "s"));
  BOOST_TEST(asked({"", "", folder.path}) == "\"socket\"");
}

BOOST_AUTO_TEST_CASE(without_its_socket_the_url_is_used_with_its_key) {
  temporary_folder folder;
  server web{http_with_key("right")};
  folder.write("connection.json", connection(web.url(), (folder.path / "s").string()));
  BOOST_TEST(asked({"", "", folder.path}) == "\"http\"");
  folder.write("connection.json", connection(web.url(), ""));
  BOOST_TEST(asked({"", "", folder.path}) == "\"http\"");
}

BOOST_AUTO_TEST_CASE(a_named_node_is_taken_whatever_the_state_directory_says) {
  temporary_folder folder;
  server other{folder.path / "other", lines_from("other")};
  server socket{folder.path / "s", lines_from("socket")};
  folder.write("connection.json", connection("", (folder.path / "s").string()));
  BOOST_TEST(asked({(folder.path / "other").string(), "", folder.path}) == "\"other\"");
}

BOOST_AUTO_TEST_CASE(the_key_for_a_named_url_is_the_users_or_that_of_the_same_url) {
  temporary_folder folder;
  server web{http_with_key("right")};
  BOOST_TEST(asked({web.url(), "", folder.path}) == "\"no key\"");
  BOOST_TEST(asked({web.url(), "right", folder.path}) == "\"http\"");
  folder.write("connection.json", connection(web.url(), ""));
  BOOST_TEST(asked({web.url() + "/", "", folder.path}) == "\"http\"");
  BOOST_TEST(asked({web.url(), "wrong", folder.path}) == "\"no key\"");
  folder.write("connection.json", connection("http://127.0.0.1:1", ""));
  BOOST_TEST(asked({web.url(), "", folder.path}) == "\"no key\"");
}

BOOST_AUTO_TEST_CASE(where_no_node_is_the_message_says_what_to_do) {
  temporary_folder folder;
  BOOST_TEST(tells_what_to_do(why_not({"", "", folder.path})));
  for (auto bad : {"", "{", "[]", "{}", R"({"socket":3,"url":null})"}) {
    folder.write("connection.json", bad);
    BOOST_TEST(tells_what_to_do(why_not({"", "", folder.path})), bad);
  }
}

BOOST_AUTO_TEST_CASE(a_pipe_in_place_of_the_connection_file_is_not_waited_for) {
  temporary_folder folder;
  BOOST_REQUIRE(::mkfifo((folder.path / "connection.json").c_str(), 0600) == 0);
  auto message = why_not({"", "", folder.path});
  BOOST_TEST(message.find("is no file") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_node_that_died_without_cleaning_up_is_gone) {
  temporary_folder folder;
  folder.write("connection.json", connection("", (folder.path / "s").string()));
  auto message = why_not({"", "", folder.path});
  BOOST_TEST(message.find("is gone") != std::string::npos, message);
  BOOST_TEST(tells_what_to_do(message));
}

BOOST_AUTO_TEST_CASE(a_named_node_that_is_nothing_is_explained) {
  auto message = why_not({"127.0.0.1:7717", "", "/no/such/folder"});
  BOOST_TEST(message.find("http://") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(the_environment_fills_what_was_not_said) {
  environment_variable node{"TROUPE_NODE", "n"};
  environment_variable key{"TROUPE_API_KEY", "k"};
  environment_variable folder{"TROUPE_STATE_DIR", "d"};
  auto filled = with_environment({});
  BOOST_TEST(filled.node == "n");
  BOOST_TEST(filled.api_key == "k");
  BOOST_TEST(filled.state_dir == "d");
  auto said = with_environment({"a", "b", "c"});
  BOOST_TEST(said.node == "a");
  BOOST_TEST(said.api_key == "b");
  BOOST_TEST(said.state_dir == "c");
}

BOOST_AUTO_TEST_CASE(without_a_word_the_state_directory_is_here) {
  environment_variable node{"TROUPE_NODE", nullptr};
  environment_variable folder{"TROUPE_STATE_DIR", nullptr};
  BOOST_TEST(with_environment({}).node == "");
  BOOST_TEST(with_environment({}).state_dir == ".troupe");
}

BOOST_AUTO_TEST_CASE(a_line_end_behind_the_key_of_the_environment_is_no_part_of_it) {
  environment_variable key{"TROUPE_API_KEY", "right\r\n"};
  BOOST_TEST(with_environment({}).api_key == "right");
}

BOOST_AUTO_TEST_CASE(a_key_that_no_header_can_carry_is_not_sent) {
  auto opened = open_client({"http://127.0.0.1:1", "one\r\nX-Other: two", "/no/such"});
  BOOST_REQUIRE(!opened);
  auto why = opened.error();
  BOOST_TEST((why.what == code::bad_request));
  BOOST_TEST(why.message.find("two") == std::string::npos, why.message);
}

BOOST_AUTO_TEST_SUITE_END()
