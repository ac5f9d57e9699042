#include "protocol/config/read.hpp"

/// The files of `tls`, wherever it stands.
namespace troupe::config {

void read_pem(section& s, std::string_view key, const std::filesystem::path& folder,
              const char* what, std::filesystem::path& out) {
  std::string text;
  if (!s.get(key))
    s.wrong(key, std::string{"is missing: "} + what);
  else if (s.text(key, text) && text.empty())
    s.wrong(key, "expected a path, not an empty string");
  else if (!text.empty())
    out = folder / text;
}

void read_http_tls(section& s, const std::filesystem::path& folder,
                   std::optional<http_tls>& out) {
  auto given = s.get("tls");
  auto tls = s.table("tls");
  if (!given || !given->is_table())
    return;
  auto& files = out.emplace();
  read_pem(tls, "cert", folder, "the node's certificate, a PEM file", files.certificate);
  read_pem(tls, "key", folder, "the key of the certificate, a PEM file", files.key);
  if (tls.get("ca"))
    read_pem(tls, "ca", folder, "", files.client_authority.emplace());
}

} // namespace troupe::config
