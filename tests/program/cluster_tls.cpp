// Proves that with certificates only those get in whose authority and whose name are
// right, and that everything else of a cluster is as without.
#include "tests/program/harness/calls_in_flight.hpp"
#include "tests/program/harness/cluster_load.hpp"
#include "tests/program/harness/websocket.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>

using namespace program;

namespace cluster_tls {

/// Certificates as the script of the project makes them.
class certificates {
public:
  explicit certificates(const std::string& nodes, const std::string& variables = {}) {
    add(nodes, variables);
  }

  /// Makes more of them, of the same authority.
  void add(const std::string& nodes, const std::string& variables = {}) {
    auto line =
        variables + " " + CERTIFICATES_SCRIPT + " " + folder_.path() + " " + nodes;
    auto [status, output] = run({"bash", "-c", line});
    BOOST_TEST_REQUIRE(status == 0, output);
  }

  std::string authority() const { return folder_ / "ca.crt"; }
  std::string certificate(const std::string& node) const {
    return folder_ / (node + ".crt");
  }
  std::string key(const std::string& node) const { return folder_ / (node + ".key"); }

  /// Returns the line of `[cluster]`.
  /// @param of Whose certificate it is.
  /// @param ca What those of peers are signed with.
  std::string line(const std::string& of, const std::string& ca) const {
    return "tls = { cert = \"" + certificate(of) + "\", key = \"" + key(of)
           + "\", ca = \"" + ca + "\" }\n";
  }
  std::string line(const std::string& of) const { return line(of, authority()); }

private:
  temporary_folder folder_;
};

struct three_nodes {
  temporary_folder folder;
  std::string ledger = folder / "ledger";
  certificates ours{"alpha beta gamma"};
  certificates foreign{"beta delta"};
  /// How a node that is started later shows itself; nothing: as it should.
  std::map<std::string, std::string> lines;
  test_cluster nodes{{.pools =
                          [this](const std::string& node) {
                            return ledger_pool("work", ledger)
                                   + puppets("only-" + node, "window = 16", {"--cancel"});
                          },
                      .keys =
                          [this](const std::string& node) {
                            auto own = lines.find(node);
                            return own == lines.end() ? ours.line(node) : own->second;
                          }}};

  /// Connects to alpha by openssl, sends `bytes` and returns what came back.
  /// @param options How the client shows itself.
  std::string connect(const std::string& options, const std::string& bytes = {}) const {
    auto line = "printf '%s' '" + bytes
                + "' | timeout 10 openssl s_client -quiet -ign_eof" + " -connect "
                + nodes.address("alpha") + " -CAfile " + ours.authority() + " " + options;
    return run({"sh", "-c", line}).second;
  }

  std::string shown(const certificates& by, const std::string& node) const {
    return "-cert " + by.certificate(node) + " -key " + by.key(node);
  }
};

/// Whether a node that logs `lines` and another one have met, and a certificate was
/// foreign.
bool was_foreign(const std::string& lines) {
  return std::regex_search(lines,
                           std::regex{"cluster: (was )?refused .*foreign_certificate"});
}

/// The introduction of a node that fits.
std::string introduction(const std::string& node) {
  return "{\"hello\":{\"cluster\":\"main\",\"node\":\"" + node
         + "\",\"incarnation\":1882939278418280448,\"versions\":[1,1],\"process\":"
           "\"0A1B2C3D4E5F60718293A4B5C6D7E8F901234567#4711\",\"beat_ms\":100}}\n";
}

} // namespace cluster_tls

BOOST_FIXTURE_TEST_SUITE(cluster_tls, three_nodes)

BOOST_AUTO_TEST_CASE(nodes_with_certificates_call_each_other) {
  for (auto& from : nodes.names())
    for (auto& at : nodes.names())
      BOOST_TEST(nodes[from].connect().call("only-" + at, "echo", "1")["payload"] == "1");
  const auto text = '"' + std::string(1 << 20, 't') + '"';
  auto r = nodes["alpha"].connect().call("only-beta", "echo", text);
  BOOST_TEST((r["payload"].size() == text.size() - 2), r.text.substr(0, 200));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_under_load_and_comes_back) {
  cluster_load load{nodes};
  for (auto from : {"alpha", "gamma"})
    load.add(from, {.to = {"work", "work@beta"}, .idempotent_percent = 20});
  BOOST_REQUIRE(load.goes_on());
  calls_in_flight running{nodes, "only-beta", "beta"};
  nodes.kill("beta");
  auto detected = running.await_node_down();
  nodes.start("beta");
  auto formed = nodes.await_formed();
  BOOST_TEST(load.goes_on(300));
  auto seen = load.finish();
  check_outcomes(seen, ledger);
  BOOST_TEST(seen.ends["result"] + seen.ends["node_down"] == seen.sent);
  BOOST_TEST_MESSAGE("kill -9: calls in flight ended after "
                     << detected << " ms; formed " << formed << " ms after it was ready");
}

BOOST_AUTO_TEST_CASE(a_node_that_joins_later_needs_a_certificate_of_the_same_authority) {
  ours.add("delta");
  nodes.start("delta");
  nodes.await_formed();
  BOOST_TEST(nodes["alpha"].connect().call("only-delta", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_node_with_the_certificate_of_another_authority_stays_outside) {
  websocket events{nodes["alpha"], "/ws"};
  lines["delta"] = foreign.line("delta", ours.authority());
  nodes.start("delta");
  auto told = events.next_of("node_refused");
  BOOST_TEST(told["reason"] == "foreign_certificate", told);
  BOOST_TEST(told["by_us"] == "true", told);
  auto& delta = nodes["delta"];
  BOOST_TEST(eventually([&] { return was_foreign(delta.errors()); }), delta.errors());
  BOOST_TEST(nodes.state("alpha", "delta") != "up");
  BOOST_TEST(delta.connect().call("only-alpha", "echo")["error.code"]
             == "pool_not_found");
}

BOOST_AUTO_TEST_CASE(a_node_that_trusts_another_authority_does_not_join) {
  ours.add("delta");
  lines["delta"] = ours.line("delta", foreign.authority());
  nodes.start("delta");
  auto& delta = nodes["delta"];
  BOOST_TEST(eventually([&] { return was_foreign(delta.errors()); }), delta.errors());
  BOOST_TEST(nodes.state("alpha", "delta") != "up");
}

BOOST_AUTO_TEST_CASE(a_node_with_the_certificate_of_another_node_stays_outside) {
  websocket events{nodes["alpha"], "/ws"};
  lines["delta"] = ours.line("gamma");
  nodes.start("delta");
  auto told = events.next_of("node_refused");
  BOOST_TEST(told["reason"] == "wrong_name", told);
  BOOST_TEST(nodes.state("alpha", "delta") != "up");
}

BOOST_AUTO_TEST_CASE(a_node_without_tls_and_one_with_it_refuse_each_other) {
  websocket events{nodes["alpha"], "/ws"};
  lines["delta"] = "";
  nodes.start("delta");
  BOOST_TEST(events.next_of("node_refused")["reason"] == "not_hello");
  BOOST_TEST(nodes.state("alpha", "delta") != "up");
  BOOST_TEST(nodes["delta"].connect().call("only-alpha", "echo")["error.code"]
             == "pool_not_found");
}

BOOST_AUTO_TEST_CASE(clients_with_wrong_certificates_are_refused_with_the_reason) {
  ours.add("old", "DAYS=0");
  websocket events{nodes["alpha"], "/ws"};
  std::pair<std::string, std::string> all[] = {
      {"", "no_certificate"},
      {shown(foreign, "beta"), "foreign_certificate"},
      {shown(ours, "old"), "expired_certificate"},
      {shown(ours, "beta") + " -tls1_2", "version_mismatch"},
  };
  for (auto& [options, reason] : all) {
    auto output = connect(options);
    BOOST_TEST(output.find("alert") != std::string::npos, output);
    BOOST_TEST(events.next_of("node_refused")["reason"] == reason);
  }
  auto output = connect(shown(ours, "beta"), introduction("zeta"));
  BOOST_TEST(output.find(R"("code":"wrong_name")") != std::string::npos, output);
  BOOST_TEST(events.next_of("node_refused")["reason"] == "wrong_name");
  output = connect(shown(ours, "beta"), introduction("beta"));
  BOOST_TEST(output.find(R"("code":"name_taken")") != std::string::npos, output);
  BOOST_TEST(nodes["alpha"].connect().call("only-beta", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_node_whose_own_certificate_has_expired_does_not_start) {
  ours.add("old", "DAYS=0");
  lines["old"] = ours.line("old");
  auto says_so = [](const std::runtime_error& e) {
    std::string text = e.what();
    return text.find("old.crt: the certificate has expired") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(nodes.start("old"), std::runtime_error, says_so);
}

BOOST_AUTO_TEST_SUITE_END()
