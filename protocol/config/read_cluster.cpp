#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/config/read.hpp"

namespace troupe::config {

namespace {

constexpr auto address_form = "expected \"host:port\" such as \"beta.example:7718\" or"
                              " \"[::1]:7718\"";

/// Returns what is wrong with `text` as an address that others connect to.
std::optional<std::string> mistake_in_target(std::string_view text) {
  auto address = parse_listen(text);
  if (!address)
    return std::string{address_form} + ", not " + json_string(text);
  if (address->port == 0)
    return "expected a port from 1 to 65535, not 0: others connect to it";
  if (is_wildcard(address->host))
    return "expected the address of one node, not " + json_string(text)
           + ", which means all addresses of a machine";
  return std::nullopt;
}

/// Returns whether somebody on another machine is, or could be, at the other end.
bool leaves_machine(const std::string& text) {
  auto address = parse_listen(text);
  return address && !is_loopback(address->host);
}

void read_cluster_name(section& s, std::string& out) {
  if (s.text("name", out) && !is_valid_name(out))
    s.wrong("name", "expected a letter and then up to 62 letters, digits, _ or -, not "
                        + json_string(out));
}

void read_cluster_listen(section& s, std::string& out) {
  std::string text;
  if (!s.text("listen", text))
    return;
  if (parse_listen(text))
    out = std::move(text);
  else
    s.wrong("listen", std::string{address_form} + ", not " + json_string(text));
}

void read_advertise(section& s, std::string& out) {
  std::string text;
  if (!s.text("advertise", text))
    return;
  if (auto wrong = mistake_in_target(text))
    s.wrong("advertise", std::move(*wrong));
  else
    out = std::move(text);
}

void read_peers(section& s, std::vector<std::string>& out) {
  std::vector<std::string> all;
  if (!s.texts("peers", all))
    return;
  for (size_t i = 0; i < all.size(); ++i)
    if (auto wrong = mistake_in_target(all[i]))
      s.wrong("peers", "element " + std::to_string(i + 1) + ": " + *wrong);
    else
      out.push_back(std::move(all[i]));
}

void read_tls(section& s, const std::filesystem::path& folder, cluster& out) {
  auto given = s.get("tls");
  auto tls = s.table("tls");
  if (!given || !given->is_table())
    return;
  auto& files = out.tls.emplace();
  read_pem(tls, "cert", folder, "the node's certificate, a PEM file", files.certificate);
  read_pem(tls, "key", folder, "the key of the certificate, a PEM file", files.key);
  read_pem(tls, "ca", folder,
           "what the certificates of peers are signed with, a PEM file", files.authority);
}

/// Plain TCP that leaves the machine has to be asked for.
void check_security(section& s, const cluster& c) {
  if (c.tls && c.insecure)
    s.wrong("insecure", "contradicts cluster.tls: leave one of them out");
  // A mistake in `tls` itself is told already.
  if (c.insecure || s.get("tls"))
    return;
  if (leaves_machine(c.listen)) {
    s.wrong("listen", "an address that is not loopback needs cluster.tls, or"
                      " cluster.insecure = true for plain TCP");
    return;
  }
  for (auto& peer : c.peers)
    if (leaves_machine(peer)) {
      s.wrong("peers", json_string(peer)
                           + " is not loopback: that needs cluster.tls, or"
                             " cluster.insecure = true for plain TCP");
      return;
    }
}

} // namespace

void read_cluster(section& s, const std::filesystem::path& folder, cluster& out) {
  read_cluster_name(s, out.name);
  read_cluster_listen(s, out.listen);
  read_advertise(s, out.advertise);
  read_peers(s, out.peers);
  read_tls(s, folder, out);
  s.flag("insecure", out.insecure);
  s.duration("failure_timeout", out.failure_timeout, 200ms,
             milliseconds{std::chrono::minutes{10}});
  s.duration("spill_after", out.spill_after, 0ms, longest);
  check_security(s, out);
}

std::string advertised_address(const cluster& c, uint16_t port, std::string_view host) {
  if (!c.advertise.empty())
    return c.advertise;
  auto address = parse_listen(c.listen);
  if (!address)
    return {};
  auto name = is_wildcard(address->host) ? std::string{host} : address->host;
  if (name.find(':') != name.npos)
    name = '[' + name + ']';
  return name + ':' + std::to_string(port);
}

} // namespace troupe::config
