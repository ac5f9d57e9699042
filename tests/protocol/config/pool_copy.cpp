#include "protocol/config/pool_copy.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::config;

namespace pool_copies {

constexpr auto id = "0123456789abcdef";

pool servers() {
  pool p;
  p.name = "mcp";
  p.command = {"x"};
  p.protocol = "jsonrpc";
  p.size = 8;
  p.recycle.jobs = 10;
  return p;
}

} // namespace pool_copies

BOOST_AUTO_TEST_SUITE(pool_copies)

BOOST_AUTO_TEST_CASE(a_copy_has_one_worker_that_is_never_replaced) {
  auto c = copy_for(servers(), id, 5s, "null");
  BOOST_TEST(c.name == "mcp-0123456789abcdef");
  BOOST_TEST(c.copy_of == "mcp");
  BOOST_TEST(c.is_for_one_client());
  BOOST_TEST(c.command == servers().command);
  BOOST_TEST(c.size == 1u);
  BOOST_TEST((c.elastic == elastic{0, 5s}));
  BOOST_TEST((c.restart.policy == restart_policy::never));
  BOOST_TEST((c.recycle == recycle{}));
  BOOST_TEST(c.jsonrpc.initialize == "{}");
}

BOOST_AUTO_TEST_CASE(its_greeting_is_that_of_the_client_but_for_what_the_pool_says) {
  auto of = servers();
  of.jsonrpc.initialize = R"({"clientInfo":{"name":"own"},"capabilities":{"roots":{}}})";
  auto c = copy_for(
      of, id, 5s,
      R"({"protocolVersion":"2025-03-26","capabilities":{"sampling":{}},"clientInfo":{}})");
  BOOST_TEST(c.jsonrpc.initialize
             == R"({"protocolVersion":"2025-03-26","clientInfo":{"name":"own"},)"
                R"("capabilities":{"roots":{}}})");
}

BOOST_AUTO_TEST_CASE(its_name_is_one_of_a_pool) {
  auto name = copy_name(std::string(63, 'a'), id);
  BOOST_TEST(name.size() == 63u);
  BOOST_TEST(name.ends_with("-0123456789abcdef"));
  BOOST_TEST(is_copy_id(id));
  for (auto none : {"", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdefa"})
    BOOST_TEST(!is_copy_id(none));
}

BOOST_AUTO_TEST_SUITE_END()
