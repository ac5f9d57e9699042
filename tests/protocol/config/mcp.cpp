#include "tests/protocol/config/support.hpp"

using namespace troupe::config;
using test::check_mistake;

namespace mcp_configurations {

std::string front(const std::string& keys) {
  return "[pool.p]\ncommand = [\"x\"]\nprotocol = \"jsonrpc\"\n"
         "[web.w]\nlisten = \"127.0.0.1:0\"\npool = \"p\"\nmapping = \"mcp\"\n"
         + keys;
}

} // namespace mcp_configurations

BOOST_AUTO_TEST_SUITE(mcp_configurations)

BOOST_AUTO_TEST_CASE(what_it_is_not_is_refused) {
  check_mistake(front("sessions = \"none\""), "8: web.w.sessions: ");
  check_mistake(front("session_idle = \"1m\""), "8: web.w.session_idle: ");
  check_mistake(front("sessions = \"own\"\nsession_idle = \"0s\""),
                "9: web.w.session_idle: ");
  check_mistake(front("path = \"mcp\""), "8: web.w.path: ");
  check_mistake(front("raw_body = true"), "8: web.w.raw_body: ");
}

BOOST_AUTO_TEST_CASE(its_pool_has_servers) {
  auto with = [](const std::string& pool, const std::string& sessions) {
    return "[pool.p]\n" + pool
           + "\n[web.w]\nlisten = \"127.0.0.1:0\"\nmapping = \"mcp\"\nsessions = \""
           + sessions + "\"\npool = \"p\"\n";
  };
  for (auto sessions : {"own", "shared"})
    check_mistake(with("command = [\"x\"]", sessions), "7: web.w.pool: ");
  auto own = test::good(with("command = [\"x\"]\nprotocol = \"jsonrpc\"", "own")
                        + "session_idle = \"1m\"");
  BOOST_TEST(own.webs.front().mcp.own_servers);
  BOOST_TEST((own.webs.front().mcp.session_idle == std::chrono::minutes{1}));
}

BOOST_AUTO_TEST_SUITE_END()
