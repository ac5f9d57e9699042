#include "protocol/config/cluster.hpp"

#include "tests/protocol/config/support.hpp"

namespace clusters {

using namespace std::chrono_literals;
using namespace troupe::config;
using test::check_mistake;
using test::good;
using test::mistakes;
using test::with_pool;

constexpr auto each = boost::test_tools::per_element();

/// Returns the cluster of a file with these lines under `[cluster]`.
cluster read(const std::string& lines) {
  return good("[cluster]\n" + lines).cluster;
}

/// Checks that these lines under `[cluster]` are one mistake, which begins with `start`.
void refused(const std::string& lines, std::string_view start) {
  check_mistake("[cluster]\n" + lines, start);
}

const std::string tls =
    "tls = { cert = \"a.pem\", key = \"a.key\", ca = \"/etc/ca.pem\" }";

} // namespace clusters

BOOST_AUTO_TEST_SUITE(clusters)

BOOST_AUTO_TEST_CASE(without_an_address_to_listen_at_a_node_is_alone) {
  auto c = good("").cluster;
  BOOST_TEST(!c.is_on());
  BOOST_TEST(c.name == "main");
  BOOST_TEST(c.peers.empty());
  BOOST_TEST(!c.tls.has_value());
  BOOST_TEST(!c.insecure);
  BOOST_TEST((c.failure_timeout == 5s));
  BOOST_TEST((c.beat() == 500ms));
  BOOST_TEST((c.spill_after == 50ms));
  BOOST_TEST(!read("name = \"other\"").is_on());
  BOOST_TEST(!read("peers = [\"127.0.0.1:1\"]").is_on());
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
  auto c = read("name = \"big\"\nlisten = \"0.0.0.0:7718\"\n"
                "advertise = \"alpha.example:7718\"\n"
                "peers = [\"beta.example:7718\", \"[::1]:7719\"]\n"
                + tls + "\nfailure_timeout = \"2s\"\nspill_after = \"0s\"");
  BOOST_TEST(c.is_on());
  BOOST_TEST(c.name == "big");
  BOOST_TEST(c.listen == "0.0.0.0:7718");
  BOOST_TEST(c.advertise == "alpha.example:7718");
  BOOST_TEST(c.peers == (std::vector<std::string>{"beta.example:7718", "[::1]:7719"}),
             each);
  BOOST_TEST_REQUIRE(c.tls.has_value());
  BOOST_TEST(c.tls->certificate == "/no/such/folder/a.pem");
  BOOST_TEST(c.tls->key == "/no/such/folder/a.key");
  BOOST_TEST(c.tls->authority == "/etc/ca.pem");
  BOOST_TEST((c.failure_timeout == 2s));
  BOOST_TEST((c.spill_after == 0s));
}

BOOST_AUTO_TEST_CASE(plain_tcp_leaves_the_machine_only_if_that_is_asked_for) {
  for (auto open : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "alpha.example:1"}) {
    auto listen = "listen = \"" + std::string{open} + "\"\n";
    refused(listen, "2: cluster.listen: an address that is not loopback needs");
    BOOST_TEST(read(listen + "insecure = true").insecure);
    BOOST_TEST(read(listen + tls).is_on());
  }
  for (auto own : {"127.0.0.1:0", "127.0.0.2:1", "[::1]:1", "localhost:1"})
    BOOST_TEST(read("listen = \"" + std::string{own} + '"').listen == own);
  refused("listen = \"127.0.0.1:0\"\npeers = [\"127.0.0.1:1\", \"beta:1\"]",
          "3: cluster.peers: \"beta:1\" is not loopback");
  refused("insecure = true\n" + tls, "2: cluster.insecure: contradicts cluster.tls");
}

BOOST_AUTO_TEST_CASE(wrong_values_are_named) {
  refused("name = \"1\"", "2: cluster.name: ");
  refused("listen = \"off\"", "2: cluster.listen: expected \"host:port\"");
  refused("listen = 7718", "2: cluster.listen: expected a string");
  refused("advertise = \"alpha\"", "2: cluster.advertise: expected \"host:port\"");
  refused("advertise = \"alpha:0\"", "2: cluster.advertise: expected a port");
  refused("advertise = \"0.0.0.0:1\"", "2: cluster.advertise: expected the address of");
  refused("peers = \"a:1\"", "2: cluster.peers: expected an array of strings");
  refused("peers = [\"localhost:1\", \"a\"]", "2: cluster.peers: element 2: expected");
  refused("peers = [\"localhost:0\"]", "2: cluster.peers: element 1: expected a port");
  refused("insecure = 1", "2: cluster.insecure: expected true or false");
  refused("failure_timeout = \"100ms\"", "2: cluster.failure_timeout: expected");
  refused("failure_timeout = \"1h\"", "2: cluster.failure_timeout: expected");
  refused("spill_after = 50", "2: cluster.spill_after: expected a duration");
  refused("peer = []", "2: cluster.peer: unknown key; did you mean \"peers\"?");
}

BOOST_AUTO_TEST_CASE(every_wrong_peer_is_named) {
  auto all = mistakes("[cluster]\npeers = [\"a\", \"localhost:1\", \"localhost:0\"]");
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].starts_with("2: cluster.peers: element 1: expected"), all[0]);
  BOOST_TEST(all[1].starts_with("2: cluster.peers: element 3: expected"), all[1]);
}

BOOST_AUTO_TEST_CASE(certificates_are_complete_or_absent) {
  refused("tls = true", "2: cluster.tls: expected a table");
  refused("tls = { cert = \"a\", key = \"b\" }", "2: cluster.tls.ca: is missing");
  refused("tls = { cert = \"\", key = \"b\", ca = \"c\" }",
          "2: cluster.tls.cert: expected");
  refused("tls = { cert = \"a\", key = \"b\", ca = \"c\", crl = \"d\" }",
          "2: cluster.tls.crl: unknown key");
  auto all = mistakes("[cluster]\nlisten = \"0.0.0.0:1\"\ntls = {}");
  BOOST_TEST(all.size() == 3u); // and none of the address: certificates are meant
}

BOOST_AUTO_TEST_CASE(a_node_is_advertised_where_others_can_reach_it) {
  cluster c;
  c.listen = "127.0.0.1:0";
  BOOST_TEST(advertised_address(c, 4711, "host") == "127.0.0.1:4711");
  c.listen = "0.0.0.0:7718";
  BOOST_TEST(advertised_address(c, 7718, "host") == "host:7718");
  c.listen = "[::]:7718";
  BOOST_TEST(advertised_address(c, 7718, "host") == "host:7718");
  c.listen = "[::1]:7718";
  BOOST_TEST(advertised_address(c, 7718, "host") == "[::1]:7718");
  c.advertise = "alpha.example:1";
  BOOST_TEST(advertised_address(c, 7718, "host") == "alpha.example:1");
}

BOOST_AUTO_TEST_CASE(it_listens_where_http_does_not) {
  constexpr auto taken = "2: cluster.listen: http.listen has this address already";
  refused("listen = \"127.0.0.1:7717\"", taken);
  refused("listen = \"127.0.0.1:1\"\n[http]\nlisten = \"0.0.0.0:1\"\napi_key = \""
              + std::string(32, 'k') + '"',
          taken);
  read("listen = \"127.0.0.1:0\"\n[http]\nlisten = \"127.0.0.1:0\"");
  read("listen = \"127.0.0.1:7717\"\n[http]\nlisten = \"off\"");
}

BOOST_AUTO_TEST_CASE(a_pool_runs_on_the_nodes_that_it_names) {
  auto text = with_pool("on = [\"alpha\", \"beta\"]\n[pool.q]\ncommand = [\"x\"]");
  auto here = good(text, {"node.name=beta"});
  BOOST_TEST(here.pools.size() == 2u);
  BOOST_TEST(here.pools_elsewhere == 0u);
  auto elsewhere = good(text, {"node.name=gamma"});
  BOOST_TEST_REQUIRE(elsewhere.pools.size() == 1u);
  BOOST_TEST(elsewhere.pools[0].name == "q");
  BOOST_TEST(elsewhere.pools_elsewhere == 1u);
  check_mistake(with_pool("on = []"), "3: pool.p.on: expected the names of nodes");
  check_mistake(with_pool("on = [\"1\"]"), "3: pool.p.on: element 1: expected the name");
  check_mistake(with_pool("on = \"alpha\""), "3: pool.p.on: expected an array");
}

BOOST_AUTO_TEST_SUITE_END()
