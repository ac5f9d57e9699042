// Proves that a node with certificates speaks https and nothing else on its port, to the
// clients that people have: curl, Python, and the command line of Troupe.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace https {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Runs `command`, which must succeed; returns what it printed.
std::string done(const std::vector<std::string>& command,
                 const std::string& folder = ".") {
  auto [status, output] = run(command, folder);
  if (status != 0)
    throw std::runtime_error{command.front() + ": " + output};
  return output;
}

/// An authority and the certificate of a node on this machine.
struct certificate_files {
  certificate_files() {
    make_authority("ca");
    issue("node", "first.example");
  }

  void make_authority(const std::string& name) const {
    done({"openssl",
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          name + ".key",
          "-out",
          name + ".crt",
          "-days",
          "2",
          "-subj",
          "/CN=" + name,
          "-addext",
          "basicConstraints=critical,CA:TRUE",
          "-addext",
          "keyUsage=critical,keyCertSign,cRLSign"},
         folder.path());
  }

  /// Makes NAME.crt, which is good for this machine and for `host`, and its key; in place
  /// of those that are there.
  void issue(const std::string& name, const std::string& host) const {
    write_file(folder / "names",
               "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
               "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
               "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:"
                   + host + "\n");
    done({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
          "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj",
          "/CN=" + name},
         folder.path());
    done({"openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey",
          "ca.key", "-set_serial", "1", "-days", "2", "-extfile", "names", "-out",
          name + ".crt"},
         folder.path());
  }

  /// Returns a configuration's `[http.tls]`.
  std::string table(const std::string& more = {}) const {
    return "[http.tls]\ncert = \"" + (folder / "node.crt") + "\"\nkey = \""
           + (folder / "node.key") + "\"\n" + more + "\n";
  }

  temporary_folder folder;
};

struct https_node : certificate_files, node_process {
  https_node()
    : node_process(table() + puppets("echo") + willing("w")) {
    worker_pid("echo.0");
    worker_pid("w.0");
  }

  std::string ca() const { return folder / "ca.crt"; }
  std::string url_with(const std::string& scheme, const std::string& host) const {
    return scheme + "://" + host + ":" + std::to_string(port());
  }

  /// Runs curl, which trusts the authority.
  std::pair<int, std::string> curl(const std::string& target,
                                   std::vector<std::string> more = {}) const {
    std::vector<std::string> command{
        "curl", "-sS",      "--max-time", "20", "--noproxy",
        "*",    "--cacert", ca(),         "-H", "X-API-Key: " + key()};
    command.insert(command.end(), more.begin(), more.end());
    command.push_back(url() + target);
    return run(command);
  }

  /// Runs a command of Troupe against `node`.
  std::pair<int, std::string> troupe(const std::string& node,
                                     std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"env", "TROUPE_API_KEY=" + key(), TROUPE_BINARY, "--node", node});
    return run(arguments);
  }

  /// Returns the names in the certificate that a new client is shown.
  std::string shown_names() const {
    auto address = "127.0.0.1:" + std::to_string(port());
    return run({"sh", "-c",
                "openssl s_client -connect " + address
                    + " </dev/null 2>/dev/null | openssl x509 -noout -ext "
                      "subjectAltName"})
        .second;
  }
};

/// Follows the WebSocket of events until something comes, as a program with Python's
/// `ssl` would.
constexpr auto websocket_client = R"(
import socket, ssl, sys
host, port, ca, key = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=ca)
with socket.create_connection((host, port), timeout=20) as plain:
    with context.wrap_socket(plain, server_hostname=host) as s:
        s.sendall((f"GET /ws?sinceSeq=0 HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {key}\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        got = b""
        while b"worker_ready" not in got:
            part = s.recv(65536)
            if not part:
                sys.exit("closed: " + repr(got))
            got += part
        print(got.split(b"\r\n")[0].decode())
)";

} // namespace https

BOOST_FIXTURE_TEST_SUITE(https, https_node)

BOOST_AUTO_TEST_CASE(its_url_says_https_everywhere) {
  BOOST_TEST(url() == url_with("https", "127.0.0.1"));
  BOOST_TEST(contains(ready_line(), " http=https://127.0.0.1:"), ready_line());
}

BOOST_AUTO_TEST_CASE(curl_calls_and_streams) {
  auto [status, output] = curl("/api/call/echo/upper", {"-d", R"({"text":"abc"})"});
  BOOST_TEST(status == 0);
  BOOST_TEST(contains(output, "\"abc\""), output);
  auto streamed = curl("/api/call/w/count?stream=1", {"-N", "-d", "{\"to\":1000}"});
  BOOST_TEST(streamed.first == 0);
  auto has_last =
      contains(streamed.second, "\"i\":999") || contains(streamed.second, "\"i\": 999");
  BOOST_TEST(has_last, streamed.second.substr(0, 500));
}

BOOST_AUTO_TEST_CASE(large_payloads_come_back_whole) {
  write_file(folder / "large.json", '"' + std::string(8'000'000, 'x') + '"');
  auto [status, output] =
      curl("/api/call/echo/echo", {"-d", "@" + (folder / "large.json")});
  BOOST_TEST(status == 0);
  BOOST_TEST(output.size() > 8'000'000u);
}

BOOST_AUTO_TEST_CASE(a_websocket_goes_over_tls_too) {
  auto [status, output] = run({"python3", "-c", websocket_client, "127.0.0.1",
                               std::to_string(port()), ca(), key()});
  BOOST_TEST(status == 0, output);
  BOOST_TEST(contains(output, "HTTP/1.1 101 "), output);
}

BOOST_AUTO_TEST_CASE(the_command_line_calls_over_https) {
  auto [status, output] = troupe(url(), {"--ca", ca(), "call", "echo", "echo", "[1,2]"});
  BOOST_TEST(status == 0, output);
  BOOST_TEST(contains(output, "[1,2]"), output);
  BOOST_TEST(troupe(url_with("https", "localhost"), {"ps", "--ca", ca()}).first == 0);
  auto from_environment = run({"env", "TROUPE_CA=" + ca(), "TROUPE_NODE=" + url(),
                               "TROUPE_API_KEY=" + key(), TROUPE_BINARY, "ps"});
  BOOST_TEST(from_environment.first == 0, from_environment.second);
}

BOOST_AUTO_TEST_CASE(the_command_line_says_why_it_does_not_trust_a_node) {
  auto [status, output] = troupe(url(), {"ps"});
  BOOST_TEST(status == 3);
  BOOST_TEST(contains(output, "name its authority with --ca FILE"), output);
  make_authority("other");
  auto foreign = troupe(url(), {"--ca", folder / "other.crt", "ps"});
  BOOST_TEST(foreign.first == 3);
  BOOST_TEST(contains(foreign.second, "of no authority in "), foreign.second);
  auto missing = troupe(url(), {"--ca", "/no/such.crt", "ps"});
  BOOST_TEST(missing.first == 3);
  BOOST_TEST(contains(missing.second, "/no/such.crt: cannot be read"), missing.second);
}

BOOST_AUTO_TEST_CASE(http_to_an_https_port_is_answered_with_what_is_wrong) {
  auto plain = url_with("http", "127.0.0.1");
  auto [status, output] = run({"curl", "-sS", "--max-time", "20", "--noproxy", "*", "-i",
                               "-H", "X-API-Key: " + key(), plain + "/api/pools"});
  BOOST_TEST(status == 0, output);
  BOOST_TEST(contains(output, "HTTP/1.1 400 "), output);
  BOOST_TEST(contains(output, "begins with https://"), output);
  auto ours = troupe(plain, {"ps"});
  BOOST_TEST(ours.first == 1);
  BOOST_TEST(contains(ours.second, "begins with https://"), ours.second);
}

BOOST_AUTO_TEST_CASE(https_to_an_http_port_is_recognized) {
  node_process plain{puppets("a")};
  auto [status, output] = troupe("https" + plain.url().substr(4), {"--ca", ca(), "ps"});
  BOOST_TEST(status == 3);
  BOOST_TEST(contains(output, "is it http://?"), output);
}

BOOST_AUTO_TEST_CASE(old_versions_of_tls_are_refused) {
  BOOST_TEST(curl("/health", {"--tls-max", "1.2"}).first == 0);
  BOOST_TEST(curl("/health", {"--tlsv1.0", "--tls-max", "1.1"}).first != 0);
}

BOOST_AUTO_TEST_CASE(a_reload_shows_new_certificates_to_new_clients) {
  BOOST_TEST(contains(shown_names(), "first.example"), shown_names());
  issue("node", "second.example");
  operation("reload");
  BOOST_TEST(contains(shown_names(), "second.example"), shown_names());
  issue("node", "third.example");
  signal(SIGHUP);
  BOOST_TEST(eventually([&] { return contains(shown_names(), "third.example"); }));
}

BOOST_AUTO_TEST_CASE(a_reload_of_a_bad_certificate_changes_nothing) {
  write_file(folder / "node.crt", "no certificate\n");
  auto refused = connect().call("$node", "reload", "null");
  BOOST_TEST(refused["error.code"] == "bad_request", refused);
  BOOST_TEST(contains(refused["error.message"], folder / "node.crt"), refused);
  BOOST_TEST(contains(shown_names(), "first.example"), shown_names());
  BOOST_TEST(curl("/health").first == 0);
}

BOOST_AUTO_TEST_CASE(a_node_does_not_start_with_a_certificate_that_is_none) {
  certificate_files other;
  write_file(other.folder / "node.key", "no key\n");
  write_file(other.folder / "troupe.toml",
             "[node]\nstate_dir = \"" + (other.folder / "state")
                 + "\"\n[http]\nlisten = \"127.0.0.1:0\"\n" + other.table());
  auto [status, output] =
      run({TROUPE_BINARY, "serve", "-c", other.folder / "troupe.toml"});
  BOOST_TEST(status == 1);
  BOOST_TEST(contains(output, "http.tls: " + (other.folder / "node.key") + ": "), output);
}

BOOST_AUTO_TEST_CASE(clients_without_a_certificate_are_refused_where_one_is_wanted) {
  certificate_files both;
  node_process node{both.table("ca = \"" + (both.folder / "ca.crt") + "\"")
                    + puppets("a")};
  both.issue("client", "client.example");
  auto ask = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"curl", "-sS", "--max-time", "20", "--noproxy", "*",
                               "--cacert", both.folder / "ca.crt"});
    more.push_back(node.url() + "/health");
    return run(more).first;
  };
  BOOST_TEST(ask({}) != 0);
  BOOST_TEST(
      ask({"--cert", both.folder / "client.crt", "--key", both.folder / "client.key"})
      == 0);
}

BOOST_AUTO_TEST_SUITE_END()
