#include "protocol/tls/explain.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <utility>

namespace troupe::tls {

namespace {

std::string words_of(unsigned long error) {
  auto words = error == 0 ? nullptr : ERR_reason_error_string(error);
  return words ? words : "unknown error";
}

/// Why we do not accept the peer's certificate.
flaw by_verification(long why) {
  switch (why) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return flaw::expired_certificate;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return flaw::wrong_name;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: // an authority that has only the name of ours
      return flaw::foreign_certificate;
    default:
      return flaw::bad_certificate;
  }
}

/// What an alert of the peer says; `flaw::none` if the error is no alert.
flaw by_alert(int reason) {
  switch (reason - SSL_AD_REASON_OFFSET) {
    case SSL_AD_CERTIFICATE_REQUIRED:
    case SSL3_AD_NO_CERTIFICATE:
      return flaw::no_certificate;
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_DECRYPT_ERROR: // so is a signature of another authority with that name
      return flaw::foreign_certificate;
    case SSL_AD_CERTIFICATE_EXPIRED:
      return flaw::expired_certificate;
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
      return flaw::bad_certificate;
    case SSL_AD_PROTOCOL_VERSION:
    case SSL_AD_INSUFFICIENT_SECURITY:
      return flaw::no_common_version;
    default:
      return reason > SSL_AD_REASON_OFFSET ? flaw::broken : flaw::none;
  }
}

flaw by_reason(int reason) {
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return flaw::no_certificate;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return flaw::no_common_version;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_LENGTH_TOO_SHORT:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_BAD_PACKET:
      return flaw::not_tls;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return flaw::truncated;
    default:
      return flaw::broken;
  }
}

/// Returns the reason of the first queued error of TLS itself, and its words: before it
/// may stand some of the mathematics below. Empties the queue.
std::pair<int, std::string> take_ssl_error() {
  auto error = ERR_peek_error();
  for (auto next = ERR_get_error(); next != 0; next = ERR_get_error())
    if (ERR_GET_LIB(next) == ERR_LIB_SSL) {
      error = next;
      break;
    }
  ERR_clear_error();
  auto is_ssl = ERR_GET_LIB(error) == ERR_LIB_SSL;
  return {is_ssl ? ERR_GET_REASON(error) : 0, words_of(error)};
}

} // namespace

std::string take_words() {
  auto first = ERR_get_error();
  ERR_clear_error();
  return words_of(first);
}

channel_error explain(const SSL& connection) {
  auto [reason, words] = take_ssl_error();
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    auto why = SSL_get_verify_result(&connection);
    return {by_verification(why), found_by::us, X509_verify_cert_error_string(why)};
  }
  if (auto told = by_alert(reason); told != flaw::none)
    return {told, found_by::peer, words};
  return {by_reason(reason), found_by::us, words};
}

} // namespace troupe::tls
