#include "broker/client/tls_reason.hpp"

namespace troupe::client {

namespace {

using tls::flaw;

/// What is wrong with the other end.
std::string describe_theirs(const tls::channel_error& error, const std::string& host,
                            const trust& whom) {
  switch (error.what) {
    case flaw::expired_certificate:
      return "the certificate there is out of its time: " + error.message;
    case flaw::wrong_name:
      return "the certificate there is not one of " + host + ": " + error.message;
    case flaw::foreign_certificate:
      return whom.authority.empty()
                 ? "the certificate there is of no authority that this system trusts ("
                       + error.message + "); name its authority with --ca FILE"
                 : "the certificate there is of no authority in "
                       + whom.authority.string() + " (" + error.message + ")";
    case flaw::bad_certificate:
      return "the certificate there is not good: " + error.message;
    case flaw::no_common_version:
      return "there is no version of TLS that both ends speak: " + error.message;
    case flaw::not_tls:
      return "what answers there does not speak TLS; is it http://?";
    case flaw::truncated:
      return "the connection was closed within TLS";
    default:
      return "TLS failed: " + error.message;
  }
}

} // namespace

std::string describe(const tls::channel_error& error, const std::string& host,
                     const trust& whom) {
  if (error.who == tls::found_by::us)
    return describe_theirs(error, host, whom);
  if (error.what == flaw::no_certificate)
    return "the node wants its clients to show a certificate, and this program has none; "
           "use the node's socket";
  return "the node broke TLS off: " + error.message;
}

} // namespace troupe::client
