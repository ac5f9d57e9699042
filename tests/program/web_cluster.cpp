// Proves that a web front serves what workers at another node answer.
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/web_php.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace web_cluster {

/// Where workers note what has happened.
struct noted {
  temporary_folder notes;

  /// Waits until they have noted `what`.
  bool has(const std::string& what) const {
    return eventually(
        [&] { return read_file(notes / "notes").find(what) != std::string::npos; });
  }
};

/// The front is at alpha, the application at beta.
struct two_nodes : noted, test_cluster {
  two_nodes()
    : test_cluster({.pools = [this](const std::string& node) { return parts_of(node); },
                    .names = {"alpha", "beta"}}) {
    (*this)["beta"].worker_pid("php.0");
  }

  std::string parts_of(const std::string& node) const {
    if (node == "alpha")
      return "[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"php\"\n";
    return pool_of("php", {"php", PSR7_WORKER},
                   "protocol = \"goridge\"\nsize = 2\nenv = { PSR7_NOTES = \""
                       + notes / "notes" + "\" }");
  }

  web_client connect() const { return web_client{web_port((*this)["alpha"], "app")}; }
};

} // namespace web_cluster

BOOST_FIXTURE_TEST_SUITE(web_cluster, two_nodes)

BOOST_AUTO_TEST_CASE(requests_and_answers_cross_as_they_are) {
  auto client = connect();
  auto r = client.get("/echo?a=1");
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r["query.a"] == "1");
  std::string all;
  for (int i = 0; i < 1'000'000; ++i)
    all += static_cast<char>(i % 251);
  auto back = client.request("POST", "/body", all, "Content-Type: x/y\r\n");
  BOOST_TEST((back.body == all));
  BOOST_TEST(client.get("/parts/3").body == "part 1\npart 2\npart 3\nend");
  BOOST_TEST(client.get("/early").interim.size() == 1u);
  BOOST_TEST(client.get("/fail").status == 500);
  BOOST_TEST(client.get("/die").status == 502);
  BOOST_TEST(client.get("/status/204").status == 204);
}

BOOST_AUTO_TEST_CASE(a_worker_at_another_node_is_told_to_stop) {
  auto reader = connect();
  reader.send("GET", "/endless");
  reader.stream().take_until("xxx");
  reader.close();
  BOOST_TEST(has("stopped"));
  // Parts that were on their way have ended no connection between the nodes.
  BOOST_TEST(connect().get("/parts/3").status == 200);
  BOOST_TEST(state("alpha", "beta") == "up");
}

BOOST_AUTO_TEST_CASE(a_node_that_dies_is_a_bad_gateway) {
  auto client = connect();
  client.send("GET", "/wait?file=" + notes / "never");
  BOOST_TEST(has("waiting"));
  kill("beta");
  BOOST_TEST(client.read().status == 502);
}

BOOST_AUTO_TEST_SUITE_END()
