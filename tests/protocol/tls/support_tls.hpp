#pragma once

#include "protocol/tls/channel.hpp"
#include "tests/protocol/tls/support_certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>

namespace troupe::tls {

inline std::ostream& operator<<(std::ostream& out, flaw f) {
  return out << name_of(f);
}

inline std::ostream& operator<<(std::ostream& out, found_by f) {
  return out << (f == found_by::us ? "us" : "peer");
}

} // namespace troupe::tls

namespace troupe::testing {

/// One end of a connection, which does what can be done.
struct tls_end {
  explicit tls_end(tls::channel c)
    : channel(std::move(c)) {}

  void go_on() {
    if (!is_open && state == tls::progress::wants_input) {
      state = channel.handshake();
      is_open = state == tls::progress::done;
    }
    if (is_open && state != tls::progress::failed)
      state = channel.read(read);
  }

  bool is_closed() const { return state == tls::progress::closed; }
  tls::flaw flaw() const { return channel.error().what; }

  tls::channel channel;
  bool is_open = false;
  tls::progress state = tls::progress::wants_input;
  std::string read;
};

/// Two ends and the bytes between them.
struct tls_pair {
  tls_end server;
  tls_end client;

  /// Moves bytes until neither end has any for the other.
  void settle() {
    for (auto moved = true; moved;) {
      client.go_on();
      moved = move(client, server);
      server.go_on();
      moved = move(server, client) || moved;
    }
  }

private:
  static bool move(tls_end& from, tls_end& to) {
    auto bytes = from.channel.take_output();
    to.channel.feed(bytes);
    return !bytes.empty();
  }
};

/// Two nodes with certificates of one authority.
struct tls_fixture {
  using version = tls::oldest_version;

  tls::context::ptr server_of(const issued& own) const {
    return tls::context::for_server(folder.write("server", own), ca, version::tls_1_3)
        .value();
  }
  tls::context::ptr client_of(const issued& own) const {
    return tls::context::for_client(ca, folder.write("client", own), version::tls_1_3)
        .value();
  }
  static tls_pair pair(const tls::context::ptr& server, const tls::context::ptr& client,
                       const std::string& host = {}) {
    return {tls_end{tls::channel::server(server)},
            tls_end{tls::channel::client(client, host)}};
  }
  /// Returns a pair of good ends that are through with the handshake.
  tls_pair open() const {
    auto p = pair(server_of(alpha), client_of(beta));
    p.settle();
    BOOST_REQUIRE(p.server.is_open);
    BOOST_REQUIRE(p.client.is_open);
    return p;
  }

  authority trusted;
  certificate_folder folder;
  std::filesystem::path ca = folder.write("ca.crt", trusted.certificate());
  issued alpha = trusted.issue({.dns_names = {"alpha", "alpha.example"}});
  issued beta = trusted.issue({.dns_names = {"beta"}, .addresses = {"127.0.0.1"}});
};

} // namespace troupe::testing
