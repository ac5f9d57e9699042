#pragma once

#include "protocol/tls/context.hpp"

#include <openssl/ssl.h>

#include <memory>

/// What the room keeps of OpenSSL: for its own sources.
namespace troupe::tls {

/// Frees what OpenSSL has made.
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* what) const noexcept {
    Free(what);
  }
};

using ssl_ctx_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;
using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using pkey_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;

struct context::native {
  ssl_ctx_ptr handle;
};

} // namespace troupe::tls
