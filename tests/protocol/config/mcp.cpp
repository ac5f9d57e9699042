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
  check_mistake(front("sessions = \"own\""), "8: web.w.sessions: ");
  check_mistake(front("path = \"mcp\""), "8: web.w.path: ");
  check_mistake(front("raw_body = true"), "8: web.w.raw_body: ");
}

BOOST_AUTO_TEST_SUITE_END()
