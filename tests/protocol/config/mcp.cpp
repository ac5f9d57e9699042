#include "tests/protocol/config/support.hpp"

using namespace troupe::config;
using test::check_mistake;
using test::good;

namespace mcp_configurations {

std::string front(const std::string& keys) {
  return "[pool.p]\ncommand = [\"x\"]\nprotocol = \"jsonrpc\"\n"
         "[web.w]\nlisten = \"127.0.0.1:0\"\npool = \"p\"\nmapping = \"mcp\"\n"
         + keys;
}

} // namespace mcp_configurations

BOOST_AUTO_TEST_SUITE(mcp_configurations)

BOOST_AUTO_TEST_CASE(a_front_of_mcp_is_read) {
  auto w = good(front("path = \"/tools\"\nsessions = \"shared\"\n"
                      "allow_origins = [\"https://App.example\"]"))
               .webs.at(0);
  BOOST_TEST((w.mapping == web_mapping::mcp));
  BOOST_TEST(w.mcp.path == "/tools");
  BOOST_TEST((w.mcp.allow_origins == std::vector<std::string>{"https://app.example"}));
  BOOST_TEST(good(front("")).webs.at(0).mcp.path == "/mcp");
}

BOOST_AUTO_TEST_CASE(what_shared_servers_cannot_do_is_refused) {
  check_mistake(front("sessions = \"own\""), "8: web.w.sessions: ");
  check_mistake(front("session_idle = \"5m\""), "8: web.w.session_idle: ");
  check_mistake(front("path = \"mcp\""), "8: web.w.path: ");
  check_mistake(front("raw_body = true"), "8: web.w.raw_body: ");
}

BOOST_AUTO_TEST_SUITE_END()
